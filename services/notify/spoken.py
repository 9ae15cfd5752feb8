"""Which version of the words a message was said in: what an operator reads beside a delivery."""

from functools import cache

from services.notify.proofreading.versions import Versions, recorded


def words_of(template: str, language: str) -> str | None:
    """Language and version, such as ``su 2``; None for words that no file holds."""
    known = _versions().get(template, {}).get(language)
    return f"{language} {known.version}" if known else None


@cache
def _versions() -> Versions:
    """Read once a process, as the templates are."""
    return recorded()
