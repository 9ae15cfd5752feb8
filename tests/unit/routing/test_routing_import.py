"""Tables of agencies: what they change, and what is refused by row and field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.directory import packaged
from services.routing.domain.agencies import Agencies, Agency, AgencyKind
from services.routing.domain.importing import COLUMNS, export, plan
from shared.calendar import Zone

KNOWN = Agencies(
    [
        Agency("nasional", "Meja", AgencyKind.NATIONAL, Zone.WIB),
        Agency("35", "Jawa Timur", AgencyKind.PROVINCE, Zone.WIB),
        Agency("35.3578", "Surabaya", AgencyKind.CITY, Zone.WIB, desk_email="meja@surabaya.example"),
        Agency("35.3578.dishub", "Dishub", AgencyKind.UNIT, Zone.WIB, parent="35.3578"),
    ]
)
HEAD = "code,name,kind,parent,zone,valid_from,valid_to,successors"


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def refused(data: bytes) -> list[tuple[int, str]]:
    result = plan(KNOWN, data)
    assert result.changes == result.agencies == ()
    return [(fault.row, fault.field) for fault in result.faults]


def test_what_is_exported_imports_as_no_change():
    reviewed = packaged().directory.agencies
    result = plan(reviewed, export(reviewed).encode())
    assert (result.changes, result.faults, result.unchanged) == ((), (), len(reviewed))


def test_a_new_row_adds_and_a_changed_one_tells_its_fields():
    result = plan(KNOWN, table("35.3578,Kota Surabaya,city,,WIB,,,", "kl.baru,Baru,ministry,,,,,"))
    changed, added = result.changes
    assert [(one.field, one.before, one.after) for one in changed.fields] == [
        ("name", "Surabaya", "Kota Surabaya")
    ]
    assert (added.code, added.new, result.agencies[1].zone) == ("kl.baru", True, Zone.WIB)


def test_a_new_agency_gets_the_zone_of_its_province():
    (new,) = plan(KNOWN, table("73.7371,Makassar,city", head="code,name,kind")).agencies
    assert new.zone is Zone.WITA


def test_a_column_that_is_missing_changes_nothing():
    (changed,) = plan(KNOWN, table("35.3578,Kota Surabaya,city", head="code,name,kind")).agencies
    assert changed.desk_email == "meja@surabaya.example"


def test_a_table_of_a_spreadsheet_with_semicolons_and_a_mark_is_read():
    data = "\ufeffcode;name;kind\r\n35.3578;Kota, Surabaya;city\r\n".encode()
    assert plan(KNOWN, data).agencies[0].name == "Kota, Surabaya"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", [(1, "code"), (1, "kind"), (1, "name")]),
        (table(head="code,name"), [(1, "kind")]),
        (table(head="code,name,kind,colour"), [(1, "colour")]),
        (table(head="code,name,kind,kind"), [(1, "kind"), (1, "kind")]),
        (table("35,Jawa,province,,,,,").replace(b"Jawa", b"Jaw\xe9"), [(2, "file")]),
        ("code,name,kind\n35,J,province".encode("utf-16"), [(1, "file")]),
        (b"code,name,kind\n35,\x00,province", [(0, "file")]),
        (table("35," + "x" * 2_001 + ",province,,,,,"), [(2, "name")]),
        (table("35,Jawa,province"), [(2, "row")]),
        (table("35,Jawa,kantor,,,,,"), [(2, "kind")]),
        (table("35,Jawa,province,,WIS,,,"), [(2, "zone")]),
        (table("35,Jawa,province,,,31-12-2024,,"), [(2, "valid_from")]),
        (table("35,Jawa,province,,,,2024-02-30,"), [(2, "valid_to")]),
        (table("35,,province,,,,,"), [(2, "name")]),
        (table("Jawa Timur,Jawa,province,,,,,"), [(2, "code")]),
        (table("35,Jawa,province,,,,,", "35,Jatim,province,,,,,"), [(3, "code")]),
        (table("35,Jawa,province,,,2026-02-01,2026-01-01,"), [(2, "valid_to")]),
        (table("35.3578,Kota,city,35.9999,,,,"), [(2, "parent")]),
        (table("35,J,province,35.3578,,,,", "35.3578,S,city,35,,,,"), [(2, "parent")]),
        (table("kl.a,A,ministry,,,,2025-01-01,kl.b"), [(2, "successors")]),
        (table("kl.a,A,ministry,,,,,35"), [(2, "successors")]),
        (
            table("kl.a,A,ministry,,,,2025-01-01,kl.b", "kl.b,B,ministry,,,,2025-01-01,kl.a"),
            [(2, "successors"), (3, "successors")],
        ),
        (table("nasional,Meja,national,,,,2030-01-01,"), [(2, "valid_to")]),
    ],
)
def test_a_wrong_table_is_refused_by_row_and_field(data, where):
    assert refused(data) == where


def test_every_wrong_row_is_told_at_once():
    assert refused(table("35,Jawa,kantor,,WIS,,,", "35.3578,Kota,city,,,kemarin,,")) == [
        (2, "kind"),
        (2, "zone"),
        (3, "valid_from"),
    ]


@given(st.binary(max_size=80))
def test_no_bytes_at_all_break_the_reading(data):
    plan(KNOWN, data)
    plan(KNOWN, ",".join(COLUMNS).encode() + b"\n" + data)
