"""What a browser shows before anybody has opened it: that there is news, and nothing of whom or of what."""

from services.notify.channels.port import Rendered

_NEWS = {
    "id": "Ada kabar baru.",
    "en": "There is news.",
    "jv": "Wonten kabar enggal.",
    "su": "Aya kabar anyar.",
}
_TITLE = "LAPOR!"


def news(language: str | None, public_url: str) -> Rendered:
    """The same words for every report and every event; the link asks for tracking id and code."""
    language = language if language in _NEWS else "id"
    return Rendered(
        subject=_TITLE,
        sms=_NEWS[language],
        text="",
        html="",
        language=language,
        url=f"{public_url.rstrip('/')}/lacak",
    )
