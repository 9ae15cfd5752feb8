"""Why a word about a leg is refused: in Indonesian and English, and what would be allowed instead."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from services.routing.domain.leg import LegState
from shared.text.substance import Gap


class Refused(Exception):
    """It changes nothing. `code` is stable; `faults` name each field that must be mended, if fields are."""

    def __init__(
        self,
        code: str,
        reason: str,
        reason_en: str,
        *,
        field: str | None = None,
        faults: Sequence[Gap] = (),
        allowed: Iterable[LegState] = (),
    ) -> None:
        self.code, self.reason, self.reason_en = code, reason, reason_en
        self.faults = (Gap(field, reason, reason_en),) if field else tuple(faults)
        self.allowed = tuple(sorted(allowed))
        super().__init__(reason_en)


class UnknownLeg(Refused):
    """No such leg, or another agency's: nobody can tell which."""

    words: ClassVar[tuple[str, str]] = (
        "Disposisi ini tidak ada, atau bukan milik instansi Anda.",
        "There is no such disposition, or it is not your agency's.",
    )

    def __init__(self) -> None:
        super().__init__("unknown-leg", *self.words)


def wrong_state(state: LegState, allowed: Iterable[LegState]) -> Refused:
    """Says in which states it would have been possible."""
    fits = sorted(allowed)
    return Refused(
        "transition-refused",
        f"Tidak dapat dilakukan pada disposisi berstatus «{state.label}»; "
        f"hanya pada: {', '.join(fit.label for fit in fits)}.",
        f"Not possible while the disposition is {state}; only while: {', '.join(fits)}.",
        allowed=fits,
    )


def too_short(field: str, least: int) -> Refused:
    """`least` is in characters."""
    return Refused(
        "too-short",
        f"Isi terlalu pendek; jelaskan dalam paling sedikit {least} karakter.",
        f"The text is too short; explain in at least {least} characters.",
        field=field,
    )


def without_substance(faults: Sequence[Gap]) -> Refused:
    """Everything that a completion still needs, at once."""
    return Refused(
        "without-substance",
        f"Penuntasan belum dapat dicatat: {'; '.join(fault.text for fault in faults)}.",
        f"The completion cannot be recorded yet: {'; '.join(fault.text_en for fault in faults)}.",
        faults=faults,
    )
