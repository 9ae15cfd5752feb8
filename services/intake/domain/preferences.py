"""How a reporter wants to hear of a report: the language, whether at all, and the hours to be left alone."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from shared.calendar import Zone


class Language(StrEnum):
    """The languages messages are written in."""

    INDONESIAN = "id"
    ENGLISH = "en"
    JAVANESE = "jv"
    SUNDANESE = "su"


@dataclass(frozen=True)
class QuietHours:
    """From one time of day to another in `zone`, over midnight where the first is the later one."""

    begin: time
    end: time
    zone: Zone


@dataclass(frozen=True)
class Preferences:
    """Version 0: the reporter has never said anything, and hears everything in the language of the filing."""

    version: int = 0
    language: Language = Language.INDONESIAN
    muted: bool = False
    quiet: QuietHours | None = None

    def same_as(self, other: "Preferences") -> bool:
        """Whether nothing but the version differs."""
        return (self.language, self.muted, self.quiet) == (other.language, other.muted, other.quiet)
