"""The catcher's page for people: the newest message first. Shows text only, never renders a mail's HTML."""

from collections.abc import Sequence
from html import escape

from deploy.local.caught import Message

_PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Pesan tertangkap</title><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
article {{ border: 1px solid #bbb; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }}
header {{ color: #444; }} pre {{ white-space: pre-wrap; font: inherit; margin: .5rem 0 0; }}
</style></head><body><h1>{count} pesan tertangkap</h1>{articles}</body></html>"""

_ARTICLE = """<article><header><b>{kind}</b> kepada {to} · {received_at}</header>{subject}
<pre>{text}</pre></article>"""


def page(messages: Sequence[Message]) -> str:
    """One HTML page."""
    return _PAGE.format(count=len(messages), articles="".join(map(_article, reversed(messages))))


def _article(message: Message) -> str:
    return _ARTICLE.format(
        kind="E-mail" if message.kind == "mail" else "SMS",
        to=escape(", ".join(message.to)),
        received_at=escape(message.received_at[:19].replace("T", " ")) + " UTC",
        subject=f"<h2>{escape(message.subject)}</h2>" if message.subject else "",
        text=escape(message.text),
    )
