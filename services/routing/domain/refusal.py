"""Why a word about a leg is refused: in Indonesian and English, and what would be allowed instead."""

from collections.abc import Iterable
from typing import ClassVar

from services.routing.domain.leg import LegState


class Refused(Exception):
    """It changes nothing. `code` is stable; `field` is set where the words themselves are at fault."""

    def __init__(
        self,
        code: str,
        reason: str,
        reason_en: str,
        *,
        field: str | None = None,
        allowed: Iterable[LegState] = (),
    ) -> None:
        self.code, self.reason, self.reason_en, self.field = code, reason, reason_en, field
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
    fits = sorted(allowed)
    return Refused(
        "transition-refused",
        f"Tidak dapat dilakukan pada disposisi berstatus «{state.label}»; "
        f"hanya pada: {', '.join(fit.label for fit in fits)}.",
        f"Not possible while the disposition is {state}; only while: {', '.join(fits)}.",
        allowed=fits,
    )


def too_short(field: str, least: int) -> Refused:
    return Refused(
        "too-short",
        f"Isi terlalu pendek; jelaskan dalam paling sedikit {least} karakter.",
        f"The text is too short; explain in at least {least} characters.",
        field=field,
    )
