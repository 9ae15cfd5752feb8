"""Tells mail that machines send by themselves (RFC 3834, RFC 2369, RFC 3464). None of it is ever answered."""

from collections.abc import Mapping

OURS = "x-lapor-delivery"
_MACHINES = frozenset(
    {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce"}
)
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_TELLING = ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "list-id", "list-unsubscribe", OURS)


def automatic(headers: Mapping[str, str], mail_from: str, sender: str, own_domain: str) -> str | None:
    """Why a mail is taken for a machine's, or None. Header names in small letters; `sender` is its From."""
    local, _, domain = sender.lower().rpartition("@")
    signs = {
        "bounce": not mail_from,
        "auto-submitted": headers.get("auto-submitted", "no").partition(";")[0].strip().lower() != "no",
        "precedence": headers.get("precedence", "").strip().lower() in _BULK,
        "report": headers.get("content-type", "").lower().startswith("multipart/report"),
        "sender": not sender or local in _MACHINES,
        "own": domain == own_domain,
        **{name: name in headers for name in _TELLING},
    }
    return next((why for why, seen in signs.items() if seen), None)
