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


class Way(StrEnum):
    """By which way a contact can be told."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"


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
    digest_at: time | None = None
    """Once a day, then, is told what is not urgent; None: each thing at once."""
    digest_zone: Zone = Zone.WIB
    """Of `digest_at` where there are no quiet hours to say it."""
    channel: Way | None = None
    """Rather by this one, where the contact has it; None: whichever fits."""

    @property
    def zone(self) -> Zone:
        """Where all times of day are meant."""
        return self.quiet.zone if self.quiet else self.digest_zone

    def same_as(self, other: "Preferences") -> bool:
        """Whether nothing but the version differs."""
        return self._chosen() == other._chosen()

    def _chosen(self) -> tuple[object, ...]:
        digest = (self.digest_at, self.zone) if self.digest_at else None
        return (self.language, self.muted, self.quiet, digest, self.channel)
