"""Names and words of the calendar's pages, and of what is refused on them."""

from collections.abc import Iterable, Sequence
from functools import cache

from services.sla.domain.effect import NO_AGENCY
from services.sla.domain.wording import LABELS, Both
from shared.calendar import NATION, Basis, DayKind, Unit
from shared.contracts import Classification, ClockKind
from shared.regions import atlas
from shared.web.pages.names import agency_name, region_name
from shared.web.problems import FieldError, Problem

KINDS: dict[DayKind, Both] = {
    DayKind.NATIONAL: ("Libur nasional", "National holiday"),
    DayKind.JOINT_LEAVE: ("Cuti bersama", "Joint leave"),
    DayKind.REGIONAL: ("Libur daerah", "Regional holiday"),
}
CLASSIFICATIONS: dict[Classification, Both] = {one: (one.label, one.label_en) for one in Classification}
UNITS: dict[Unit, Both] = {
    Unit.WORKING_DAYS: ("hari kerja", "working days"),
    Unit.CALENDAR_DAYS: ("hari kalender", "calendar days"),
}
BASES: dict[Basis, Both] = {
    Basis.LAW: ("Peraturan perundang-undangan", "Law"),
    Basis.GUIDELINE: ("Pedoman", "Guideline"),
    Basis.ASSUMPTION: ("Ketentuan sistem", "Rule of this system"),
}
FIELDS: dict[str, Both] = {
    "region": ("Wilayah", "Region"),
    "source": ("Dasar hukum", "Act"),
    "decided": ("Tanggal penetapan", "Signed on"),
    "added": ("Hari yang menjadi libur", "Days that become free"),
    "removed": ("Hari yang kembali menjadi hari kerja", "Days that are worked again"),
    "date": ("Tanggal", "Date"),
    "kind": ("Jenis", "Kind"),
    "name": ("Nama hari", "Name of the day"),
    "name_en": ("Nama dalam bahasa Inggris", "Name in English"),
    "estimated": ("Perkiraan", "Estimated"),
    "known_through": ("Daftar lengkap sampai", "List complete through"),
    "clock": ("Aturan", "Rule"),
    "classification": ("Klasifikasi", "Classification"),
    "agency": ("Instansi", "Agency"),
    "days": ("Lama", "Length"),
    "unit": ("Satuan", "Unit"),
    "basis": ("Kekuatan dasarnya", "How firm its ground is"),
    "effective_from": ("Berlaku mulai", "In force from"),
    "applies_to_running": ("Hitungan yang berjalan", "Clocks that run"),
}


def rule_name(clock: ClockKind) -> Both:
    """As a line of a table begins."""
    indonesian, english = LABELS[clock]
    return indonesian[0].upper() + indonesian[1:], english[0].upper() + english[1:]


def place_name(place: str) -> Both:
    """Whose duty a deadline is, as `domain.effect.Shift.place` has it."""
    if place == NO_AGENCY:
        return "Tidak pada instansi", "With no agency"
    name = region_name(place) if place.isdigit() else agency_name(place)
    return name, name


def scope_name(scope: str | None) -> Both:
    """Whose days: the nation's, a province's, a city's."""
    if scope is None or scope == NATION:
        return "Seluruh Indonesia", "All of Indonesia"
    name = region_name(scope)
    return name, name


@cache
def regions() -> Sequence[tuple[str, str, Sequence[tuple[str, str]]]]:
    """Each province with its regencies and cities: code and name."""
    return [
        (province.code, province.name, [(one.code, one.name) for one in atlas().children(province.code)])
        for province in atlas().children()
    ]


def wrong_fields(problem: Problem, *, english: bool) -> dict[str, str]:
    """What is wrong, by field. What concerns none in particular is under ""."""
    found: dict[str, str] = {}
    for error in problem.errors:
        found.setdefault(error.field, f"{_label(error)[english]}: {_message(error, english=english)}.")
    return found or {"": problem.detail_en if english else problem.detail}


def _message(error: FieldError, *, english: bool) -> str:
    return (error.message_en if english else error.message).removesuffix(".")


def _label(error: FieldError) -> Both:
    named: Iterable[str] = reversed(error.field.split("."))
    return next((FIELDS[part] for part in named if part in FIELDS), (error.field, error.field))
