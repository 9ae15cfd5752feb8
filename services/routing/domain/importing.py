"""Agencies as a CSV table: out, and in again as a plan that says what would change and what is wrong, by row.

Rows are added or changed, never deleted: an agency is ended by its last day. Nothing here writes anything.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, NamedTuple

from services.routing.domain.agencies import Agencies, Agency, AgencyKind
from services.routing.domain.soundness import faults
from shared.calendar import UnknownRegion, Zone, zone_of

COLUMNS = tuple(field.name for field in fields(Agency))
REQUIRED = ("code", "name", "kind")
LONGEST_CELL = 2_000
"""Characters: many successors' codes; every other cell is far shorter."""
WHOLE_FILE = 0
"""The row of what is wrong with the file as a whole; the heading is row 1."""


class RowFault(NamedTuple):
    """What is wrong in one row and column."""

    row: int
    field: str
    message: str
    message_en: str


@dataclass(frozen=True)
class FieldChange:
    """One field that a table would change."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What would become of one agency; `fields` is empty for one that is new."""

    code: str
    name: str
    new: bool
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What an import would do. It may be done only if there are no `faults`."""

    changes: tuple[Change, ...]
    agencies: tuple[Agency, ...]
    """The agencies to write: those that are new or changed."""
    unchanged: int
    faults: tuple[RowFault, ...]


def export(agencies: Iterable[Agency]) -> str:
    """The table of these agencies, ready to be changed and imported."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(agency, name)) for name in COLUMNS] for agency in agencies)
    return out.getvalue()


def plan(known: Agencies, data: bytes) -> Plan:
    """Compare a table with the agencies there are. A column that the table lacks stays as it is."""
    rows, wrong = _read(data)
    merged = {agency.code: agency for agency in known}
    numbers: dict[str, int] = {}
    for number, cells in rows:
        code = cells["code"]
        if code in numbers:
            wrong.append(_twice(number, code, numbers[code]))
            continue
        numbers[code] = number
        agency = _agency(number, cells, known.get(code), wrong)
        if agency is not None:
            merged[code] = agency
    if not wrong:
        wrong += [
            RowFault(numbers.get(fault.code, WHOLE_FILE), fault.field, fault.message, fault.message_en)
            for fault in faults(merged)
        ]
    changed = [merged[code] for code in numbers if merged.get(code) != known.get(code)]
    return Plan(
        changes=tuple(_change(agency, known.get(agency.code)) for agency in changed if not wrong),
        agencies=() if wrong else tuple(changed),
        unchanged=len(numbers) - len(changed),
        faults=tuple(sorted(wrong)),
    )


def _read(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[RowFault]]:
    """Rows by their line, with what is wrong with the table's form."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        words = ("berkas bukan UTF-8; simpan ulang sebagai CSV UTF-8", "is not UTF-8; save it as CSV UTF-8")
        return [], [RowFault(line, "file", *words)]
    if "\x00" in text:
        return [], [RowFault(WHOLE_FILE, "file", "berkas memuat NUL", "holds NUL; this is no CSV file")]
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip() for name in next(reader, [])]
    if wrong := list(_heading(names)):
        return [], wrong
    try:
        return _rows(reader, names)
    except csv.Error:
        words = ("baris ini tidak dapat dibaca sebagai CSV", "cannot be read as CSV")
        return [], [RowFault(reader.line_num, "file", *words)]


def _rows(reader: Any, names: list[str]) -> tuple[list[tuple[int, dict[str, str]]], list[RowFault]]:
    rows, wrong = [], []
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(names):
            wrong.append(
                RowFault(
                    reader.line_num,
                    "row",
                    f"berisi {len(cells)} kolom, seharusnya {len(names)}",
                    f"has {len(cells)} columns instead of {len(names)}",
                )
            )
            continue
        row = dict(zip(names, map(str.strip, cells), strict=True))
        long = [name for name, cell in row.items() if len(cell) > LONGEST_CELL]
        wrong += [RowFault(reader.line_num, name, "terlalu panjang", "is too long") for name in long]
        rows.append((reader.line_num, row))
    return rows, wrong


def _heading(names: list[str]) -> Iterator[RowFault]:
    for name in REQUIRED:
        if name not in names:
            yield RowFault(1, name, "kolom ini tidak ada", "this column is missing")
    for name in names:
        if name not in COLUMNS:
            known = ", ".join(COLUMNS)
            yield RowFault(
                1, name[:60], f"kolom tidak dikenal; yang ada: {known}", f"unknown; there are {known}"
            )
        elif names.count(name) > 1:
            yield RowFault(1, name, "kolom ini dua kali", "this column appears twice")


def _agency(
    number: int, cells: dict[str, str], before: Agency | None, wrong: list[RowFault]
) -> Agency | None:
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        try:
            values[name] = _value(name, cell, cells["code"])
        except ValueError:
            wrong.append(RowFault(number, name, *_WORDS.get(name, ("isian tidak benar", "is not valid"))))
    if len(values) < len(cells):
        return None
    if before is not None:
        return replace(before, **values)
    values.setdefault("zone", _zone(cells["code"]))
    return Agency(**values)


_WORDS = {
    "kind": (
        f"harus salah satu dari: {', '.join(AgencyKind)}",
        f"must be one of: {', '.join(AgencyKind)}",
    ),
    "zone": ("harus WIB, WITA, atau WIT", "must be WIB, WITA or WIT"),
    **dict.fromkeys(
        ("valid_from", "valid_to"),
        ("bukan tanggal yang benar (TTTT-BB-HH)", "is not a valid date (YYYY-MM-DD)"),
    ),
}


def _value(name: str, cell: str, code: str) -> Any:
    match name:
        case "kind":
            return AgencyKind(cell)
        case "zone":
            return Zone(cell) if cell else _zone(code)
        case "valid_from" | "valid_to":
            return date.fromisoformat(cell) if cell else None
        case "successors":
            return tuple(cell.split())
        case "code" | "name":
            return cell
    return cell or None


def _zone(code: str) -> Zone:
    try:
        return zone_of(code)
    except UnknownRegion:
        return Zone.WIB


def _twice(number: int, code: str, first: int) -> RowFault:
    return RowFault(
        number,
        "code",
        f"{code} sudah ada di baris {first}",
        f"{code} is on row {first} already",
    )


def _change(agency: Agency, before: Agency | None) -> Change:
    if before is None:
        return Change(agency.code, agency.name, new=True)
    pairs = ((name, _cell(getattr(before, name)), _cell(getattr(agency, name))) for name in COLUMNS)
    changed = tuple(FieldChange(*one) for one in pairs if one[1] != one[2])
    return Change(agency.code, agency.name, new=False, fields=changed)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, tuple) else str(value)
