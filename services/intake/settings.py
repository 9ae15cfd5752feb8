"""Settings of the intake service: object store, keys and limits."""

from typing import Annotated

from pydantic import Field, SecretStr

from services.intake.channel_settings import ChannelSettings
from shared.settings import EmptyIsUnset


class Settings(ChannelSettings):
    """Keys as `shared.security.keys` makes them; none has a default."""

    s3_endpoint: str
    """Host and port of the object store."""
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_secure: bool = True
    evidence_bucket: str = "lapor-evidence"
    """What may be shown; as received it lies in the next one, and sealed for good in the last."""
    evidence_quarantine_bucket: str = "lapor-quarantine"
    evidence_originals_bucket: str = "lapor-originals"
    link_public_key: str
    """Checks the links in mails to agencies, which also let an office send what shows its work."""
    evidence_public_key: str
    """Closes originals. No running process holds the half that opens them."""
    evidence_max_bytes: int = Field(25_000_000, gt=0)
    """Of one file that is no video."""
    evidence_video_max_bytes: int = Field(2_000_000_000, gt=0)
    evidence_max_files: int = Field(10, gt=0)
    """Of one report."""
    evidence_report_max_bytes: int = Field(5_000_000_000, gt=0)
    evidence_reporter_daily_files: int = Field(50, gt=0)
    """From one contact, over all its reports of two days."""
    evidence_reporter_daily_bytes: int = Field(10_000_000_000, gt=0)
    evidence_runners: int = Field(1, gt=0)
    """Files that one process checks at the same time."""
    evidence_spool: str | None = None
    """A folder on disk for files while they are checked; unset means the system's, which may be in memory."""
    clamav_host: str | None = None
    """clamd; without it files are cleaned but not scanned."""
    clamav_port: int = 3310
    clamav_max_bytes: int = Field(100_000_000, gt=0)
    """clamd's StreamMaxLength."""

    seal_public_key: str
    """Closes contacts; the half that opens them is notify's alone."""
    reveal_public_key: str
    """Closes identities for a reveal by two officers. No running process holds the half that opens them."""
    code_pepper: SecretStr
    receipt_private_key: SecretStr
    receipt_retired_keys: str = ""
    """Public halves of those that were replaced, joined by commas: what they signed still counts."""

    push_public_key: Annotated[str | None, EmptyIsUnset] = None
    """VAPID, an uncompressed point in base64url: what browsers subscribe with; without it, no push."""
    outgoing_loopback: bool = False
    """Development only: a browser's push service may be plain http and on this machine."""

    public_url: str = "http://localhost:8080"
    """The gateway's origin, for the documents that tell applications where to go."""
    account_codes_per_minute: int = Field(600, gt=0)
    """One-time codes that leave for all accounts together."""
    account_session_seconds: int = Field(3600, gt=0)
    """How long a reporter stays signed in, in the machine's own time."""
    reveal_account_days: int = Field(7, ge=0)
    """How long an officer's account has no part in reveals after somebody else has made or changed it, in the
    machine's own time: one person could otherwise act as two. 0: it may at once, as may a token that
    does not say (one signed at the command line)."""
    filing_rate: str = "60/hour"
    """Reports from one network address before each further one costs its browser a proof of work."""
    draft_rate: str = "600/hour"
    """New drafts from one network address, likewise: each may hold 64 KB for a week."""
    account_code_rate: str = "5 per 15 minutes"
    """One-time codes asked for from one network address, likewise: each costs an SMS."""
    filing_rate_all: str = "500/second"
    """Reports by web and API that one process takes in together."""
    proof_bits: int = Field(16, ge=0, le=26)
    """How hard a proof of work is: about a second in a browser at 16. 0: refuse instead."""
    access_attempts: str = "10/minute"
    """Wrong access codes for one tracking id before further tries are refused."""
