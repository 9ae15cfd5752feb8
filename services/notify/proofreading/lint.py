"""All that is wrong with the words of messages: of their files, and of the messages they make."""

from services.notify.proofreading import files, messages, versions
from services.notify.proofreading.files import Finding


def lint(only: str | None = None) -> list[Finding]:
    """Of all words, which takes a second or two, or of one template; empty if nothing is wrong."""
    return [*files.check(versions.recorded(), only), *messages.check(only)]
