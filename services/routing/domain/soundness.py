"""What makes a tree of agencies unsound, told by agency and field: nothing unsound is ever held or stored."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.routing.domain.agency import NATIONAL, Agency
from services.routing.domain.places import PATH, REGION

_ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of one agency."""

    code: str
    field: str
    message: str
    message_en: str


def faults(known: Mapping[str, Agency]) -> Iterator[Fault]:
    """Everything that is wrong with a tree; nothing if it is sound."""
    for agency in known.values():
        yield from _own(agency)
        yield from _above(agency, known)
        yield from _succession(agency, known)
    desk = known.get(NATIONAL)
    if desk is None or desk.valid_from or desk.valid_to:
        yield Fault(
            NATIONAL,
            "valid_to" if desk else "code",
            f"meja {NATIONAL!r} harus ada dan berlaku setiap hari",
            f"the desk {NATIONAL!r} must exist and be valid on every day",
        )


def _own(agency: Agency) -> Iterator[Fault]:
    code = agency.code
    if not PATH.fullmatch(code):
        yield Fault(code, "code", f"{code!r} bukan jalur instansi", f"{code!r} is no agency path")
    if not agency.name.strip():
        yield Fault(code, "name", f"instansi {code} tidak bernama", f"agency {code} has no name")
    if agency.valid_from and agency.valid_to and agency.valid_to < agency.valid_from:
        yield Fault(
            code,
            "valid_to",
            f"instansi {code} berakhir sebelum mulai berlaku",
            f"agency {code} ends before it begins",
        )
    if agency.desk_email is not None and not _ADDRESS.fullmatch(agency.desk_email):
        yield Fault(
            code, "desk_email", f"alamat meja {code} tidak benar", f"agency {code} has no proper desk address"
        )
    if agency.calendar is not None and not REGION.fullmatch(agency.calendar):
        yield Fault(
            code,
            "calendar",
            f"kalender {agency.calendar!r} bukan kode wilayah",
            f"agency {code} has the calendar {agency.calendar!r}, which is no region code",
        )


def _above(agency: Agency, known: Mapping[str, Agency]) -> Iterator[Fault]:
    # A parent is the beginning of its child's path, so that the tree can hold no circle.
    if agency.parent is not None and (
        agency.parent not in known or not agency.code.startswith(f"{agency.parent}.")
    ):
        yield Fault(
            agency.code,
            "parent",
            f"instansi {agency.code} tidak mempunyai induk {agency.parent!r} di atasnya",
            f"agency {agency.code} has no parent {agency.parent!r} above it",
        )


def _succession(agency: Agency, known: Mapping[str, Agency]) -> Iterator[Fault]:
    if not agency.successors:
        return
    code = agency.code
    if agency.valid_to is None:
        yield Fault(
            code,
            "successors",
            f"instansi {code} mempunyai pengganti tetapi tidak berakhir",
            f"agency {code} has successors but no last day",
        )
    for successor in agency.successors:
        if successor not in known:
            yield Fault(
                code,
                "successors",
                f"pengganti {successor!r} tidak dikenal",
                f"agency {code} names the unknown successor {successor!r}",
            )
    if _returns_to(code, known):
        yield Fault(
            code,
            "successors",
            f"urutan pengganti kembali ke {code} sendiri",
            f"the successors of agency {code} lead in a circle",
        )


def _returns_to(code: str, known: Mapping[str, Agency]) -> bool:
    ahead, seen = list(known[code].successors), set[str]()
    while ahead:
        at = ahead.pop()
        if at == code:
            return True
        if at in known and at not in seen:
            seen.add(at)
            ahead += known[at].successors
    return False
