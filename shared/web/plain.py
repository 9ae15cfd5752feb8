"""Pages that stand alone, behind links in mails: the look of all pages, without files, a script or a menu.

Nothing is fetched for them. What is foreign in `body` was escaped by whoever wrote it.
"""

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

STYLE = """
:root{color-scheme:light dark;font:100%/1.6 system-ui,sans-serif}
:root{--brand:#0b5f57;--on:#fff;--line:#dcdad0;--edge:#7d8784}
:root{--paper:#f7f6f1;--surface:#fff;--ink:#17211f;--muted:#4f5b58;--bad:#a8201a;--soft:#fdebe9}
@media (prefers-color-scheme:dark){:root{--brand:#6fd0c1;--on:#062320;--line:#2d3a37;--edge:#7d8a86}
:root{--paper:#0f1716;--surface:#172220;--ink:#e9eeeb;--muted:#a9b5b1;--bad:#ffaba4;--soft:#3b1c1a}}
body{margin:0;background:var(--paper);color:var(--ink)}
header{padding:.9rem 1.25rem;border-bottom:1px solid var(--line);background:var(--surface)}
header strong{display:block;max-width:40rem;margin:0 auto;color:var(--brand);font-size:1.2rem}
main{max-width:40rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:1rem 0}
dt{color:var(--muted)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
blockquote{margin:1rem 0;padding:.75rem 1rem;border-left:.25rem solid var(--brand)}
blockquote{border-radius:0 .6rem .6rem 0;background:var(--surface)}
blockquote{white-space:pre-wrap;overflow-wrap:anywhere}
label{display:block;font-weight:600;margin:1.25rem 0 .3rem}
ul{margin:1rem 0;padding:0;list-style:none}
textarea,input:not([type=checkbox]){box-sizing:border-box;width:100%;min-height:3rem;font:inherit}
textarea,input{padding:.6rem .8rem;border:1px solid var(--edge)}
textarea,input{border-radius:.625rem;background:var(--surface);color:inherit}
textarea{min-height:10rem}
button{font:inherit;font-weight:700;min-height:3rem;margin-top:1.25rem;padding:.65rem 1.4rem;cursor:pointer}
button{border:1px solid var(--brand);border-radius:.7rem;background:var(--brand);color:var(--on)}
button[formaction]{margin-top:.6rem;background:none;color:var(--brand);border-color:var(--edge)}
input{accent-color:var(--brand)}
:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.wrong{margin:1rem 0;padding:.75rem 1rem;border-radius:.8rem;background:var(--soft);color:var(--bad)}
.wrong p{margin:0;color:inherit}
.small,[lang=en]{font-size:.9rem;color:var(--muted)}
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


def plain_page(title: str, body: str, status: int = 200) -> HTMLResponse:
    """In Indonesian; what is English in `body` says so (`lang`)."""
    html = (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} · LAPOR!</title><style>{STYLE}</style></head>"
        f"<body><header><strong>LAPOR!</strong></header><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, HEADERS)
