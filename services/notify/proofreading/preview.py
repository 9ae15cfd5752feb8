"""A sample message as one channel would carry it."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.notify.channels.gsm import parts, septets, to_gsm
from services.notify.channels.port import Rendered
from services.notify.channels.whatsapp import places
from services.notify.proofreading.samples import ORIGIN
from services.notify.rendering import Letterhead, Occasion, render
from shared.security.keys import encode
from shared.security.replies import ReplyAddresses

CHANNELS = ("email", "sms", "whatsapp", "telegram")
_KEY = bytes(32)
"""Opens nothing: previews show links and addresses of the right form."""


@dataclass(frozen=True)
class Preview:
    """`text` is what is read; `about` says what goes beside it, or how long it is; `html` of a mail."""

    text: str
    html: str = ""
    about: dict[str, str] = field(default_factory=dict)


def preview(occasion: Occasion, language: str, channel: str) -> Preview:
    """As `channel` carries it; an office's mail too is in `language`, as far as offices are written to in it.

    Raises Unrenderable.
    """
    letterhead = Letterhead(
        ORIGIN,
        desk_language=language,
        link_key=Ed25519PrivateKey.from_private_bytes(_KEY),
        replies=ReplyAddresses(encode(_KEY), "lapor.example"),
    )
    return _CARRIED[channel](render(occasion, language, letterhead))


def _email(message: Rendered) -> Preview:
    about = {"Subject": message.subject, "Content-Language": message.language}
    about |= {"Reply-To": message.reply_to} if message.reply_to else {}
    about |= {"List-Unsubscribe": f"<{message.unsubscribe_url}>"} if message.unsubscribe_url else {}
    return Preview(message.text, message.html, about)


def _sms(message: Rendered) -> Preview:
    text = to_gsm(message.sms)
    return Preview(text, about={"Length": f"{septets(text)} characters in {parts(text)} SMS"})


def _whatsapp(message: Rendered) -> Preview:
    first, second = places(message)
    return Preview(second, about={"Place 1": first, "Place 2": "below"})


def _telegram(message: Rendered) -> Preview:
    return Preview(message.text)


_CARRIED = {"email": _email, "sms": _sms, "whatsapp": _whatsapp, "telegram": _telegram}
