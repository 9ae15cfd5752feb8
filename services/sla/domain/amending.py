"""What an amendment does to running clocks: which deadlines it moved, and why, in words. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.sla.domain.measure import Measured
from services.sla.domain.wording import LABELS, long_date, long_date_en
from shared.calendar import Amendment, PolicyAmendment
from shared.contracts import ClockKind, MovedDeadline


def moved(before: Iterable[Measured], after: Iterable[Measured]) -> list[tuple[Measured, MovedDeadline]]:
    """The running clocks of a case that end at another moment than before."""
    return moved_since(
        {(one.clock.kind, one.clock.started_by): one.due_at for one in before if not one.stopped}, after
    )


def moved_since(
    ends: Mapping[tuple[ClockKind, UUID], datetime | None], after: Iterable[Measured]
) -> list[tuple[Measured, MovedDeadline]]:
    """As `moved`, from where the running clocks ended, by kind and starting fact."""
    found = []
    for one in after:
        was = ends.get((one.clock.kind, one.clock.started_by))
        if was is None or one.stopped or one.due_at is None or one.due_at == was:
            continue
        clock = one.clock
        part = MovedDeadline(
            clock=clock.kind,
            leg_id=clock.leg_id,
            agency=clock.agency,
            round=clock.round,
            zone=clock.zone,
            before=was,
            after=one.due_at,
        )
        found.append((one, part))
    return found


def cause(amendment: Amendment | PolicyAmendment) -> tuple[str, str]:
    """What was amended, in Indonesian and in English, as a citizen understands it."""
    if isinstance(amendment, PolicyAmendment):
        label, label_en = LABELS[amendment.limit.clock]
        days = amendment.limit.days
        return f"Batas waktu {label} menjadi {days} hari", f"The limit for {label_en} is now {days} days"
    parts, parts_en = [], []
    free = {day.date for day in amendment.added}
    for day in amendment.added:
        parts.append(f"{day.name} ({long_date(day.date)}) menjadi hari libur")
        parts_en.append(f"{day.name_en} ({long_date_en(day.date)}) is now a free day")
    for date in amendment.removed:
        if date not in free:
            parts.append(f"{long_date(date)} kembali menjadi hari kerja")
            parts_en.append(f"{long_date_en(date)} is a working day again")
    if not parts:
        return "Daftar hari libur dilengkapi", "The list of free days was completed"
    return "; ".join(parts), "; ".join(parts_en)


def replaced(versions: str) -> tuple[str, str]:
    """As `cause`, where the reviewed files themselves were replaced by newer ones."""
    return (
        f"Kalender dan ketentuan yang berlaku diperbarui (versi {versions})",
        f"The calendar and the policies in force were renewed (version {versions})",
    )
