"""E-mail: listened for, taken apart, and kept; files first in the object store, then words on the broker."""

from services.intake.channels.mail.channel import EmailChannel
from services.intake.channels.mail.staging import StagedFiles, forget_staged

__all__ = ["EmailChannel", "StagedFiles", "forget_staged"]
