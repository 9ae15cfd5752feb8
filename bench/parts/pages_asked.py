"""Which pages are asked for, by whom: common and rare choices, first pages and far ones.

Addresses vary with the round where a cache could answer instead.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.parts.intake_filling import CATEGORIES, SECRET, leg_id
from bench.parts.made_up import (
    STATUSES,
    VOCABULARY,
    city_of,
    filed_at,
    report_id,
    tracking_id,
)
from shared.security.codes import format_tracking_id
from shared.security.tokens import Officer, Role

COMMON, USUAL, RARE = VOCABULARY[0], VOCABULARY[400], VOCABULARY[7990]
"""In seven reports of ten, in one of fifty, in one of a thousand."""
BIG, SMALL = "11.01", "36.04"
ADMIN = Officer("admin-1", Role.NATIONAL_ADMIN)
CITY = Officer("koordinator-1", Role.COORDINATOR, city_of(BIG))
MINISTRY = Officer("penghubung-1", Role.LIAISON, "kl.k0")
PROVINCE = Officer("pengawas-1", Role.SUPERVISOR, "11")
OPERATOR = Officer("operator-1", Role.OPERATOR)


@dataclass(frozen=True)
class Page:
    """`path` of a round; `officer` is None for a citizen."""

    name: str
    path: Callable[[int], str]
    officer: Officer | None = None


def pages(cases: int) -> list[Page]:
    """All of them, for so many cases."""
    return [*_citizens(cases), *_desk(cases), *_agencies(cases)]


def _citizens(cases: int) -> list[Page]:
    asked: dict[str, dict[str, str]] = {
        "": {},
        ", far on": {"sebelum": _cursor(cases // 2)},
        ", a province": {"wilayah": "11"},
        ", a small town": {"wilayah": SMALL},
        ", a small town, far on": {"wilayah": SMALL, "sebelum": _cursor(cases // 4)},
        ", a topic": {"topik": CATEGORIES[0]},
        ", a rare topic": {"topik": CATEGORIES[-1]},
        ", what waits": {"status": "received"},
        ", a ministry": {"instansi": "kl.k0"},
        ", a small agency": {"instansi": f"{city_of(SMALL)}.d7"},
        ", a ministry in a small town": {"instansi": "kl.k0", "wilayah": SMALL},
        ", a rare topic in a small town": {"topik": CATEGORIES[-1], "wilayah": SMALL},
        ", a rare topic that waits": {"topik": CATEGORIES[-1], "status": "on_hold"},
        ", a common word": {"q": COMMON},
        ", a usual word": {"q": USUAL},
        ", a rare word": {"q": RARE},
        ", a word nobody wrote": {"q": "zebra"},
        ", two words": {"q": f"{COMMON} {USUAL}"},
        ", a common word in a small town": {"q": COMMON, "wilayah": SMALL},
        ", a common word, a rare topic that waits": {
            "q": COMMON, "topik": CATEGORIES[-1], "status": "on_hold",
        },
        ", a common word at a ministry in a small town": {
            "q": COMMON, "instansi": "kl.k0", "wilayah": SMALL,
        },
    }  # fmt: skip
    return [
        Page("front page", lambda _: "/"),
        *(_fixed(f"public list{name}", "/laporan", query) for name, query in asked.items()),
        Page("public page of a case", lambda n: f"/lacak/{format_tracking_id(_public(n, cases))}"),
        _fixed("performance", "/kinerja", {}),
        _fixed("performance, a province", "/kinerja", {"by": "agency", "agency": "11"}),
        _fixed("performance, regions", "/kinerja", {"by": "region", "region": "11"}),
    ]


def _desk(cases: int) -> list[Page]:
    asked: dict[str, dict[str, str]] = {
        "": {},
        ", far on": {"after": _mark(cases // 2)},
        ", what waits": {"status": "received"},
        ", a topic": {"category": "kategori 3"},
        ", a topic that nobody has": {"category": "kategori 99"},
        ", a channel": {"channel": "web"},
        ", a channel that nobody uses": {"channel": "x"},
        ", a small town": {"region": SMALL},
        ", a topic in a small town": {"region": SMALL, "category": "kategori 3"},
        ", free ones": {"free": "true"},
    }
    queue, case = "/petugas/antrean", "/petugas/kasus"
    return [
        *(_fixed(f"desk: queue{name}", queue, query, ADMIN) for name, query in asked.items()),
        _fixed("desk: queue, a city's coordinator", queue, {}, CITY),
        _fixed("desk: queue, a province's supervisor", queue, {}, PROVINCE),
        Page("desk: a case that waits", lambda n: f"{case}/{report_id(_waiting(n, cases))}", ADMIN),
        Page("desk: a case that is over", lambda n: f"{case}/{report_id(_waiting(n, cases) + 9)}", ADMIN),
    ]


def _agencies(cases: int) -> list[Page]:
    desk, leg = "/petugas/disposisi", "/petugas/disposisi/"
    tabs = ("kerja", "lambat", "baru", "dikerjakan", "jeda", "tuntas", "pindah")
    return [
        *(_fixed(f"agency: a ministry's list, {tab}", desk, {"tampilan": tab}, MINISTRY) for tab in tabs),
        _fixed("agency: a city's list", desk, {}, CITY),
        _fixed("agency: the nation's list", desk, {}, ADMIN),
        _fixed("agency: the nation's list, done", desk, {"tampilan": "tuntas"}, ADMIN),
        Page(
            "agency: a report by its number",
            lambda n: f"{desk}?{urlencode({'nomor': tracking_id(_waiting(n, cases) + 2)})}", ADMIN,
        ),
        Page("agency: a leg", lambda n: f"{leg}{leg_id(_waiting(n, cases) + 3)}", ADMIN),
        _fixed("inspectorate: a province", "/petugas/pengawasan", {}, PROVINCE),
        _fixed("inspectorate: the nation", "/petugas/pengawasan", {}, ADMIN),
        _fixed("inspectorate: the nation, late", "/petugas/pengawasan", {"tampilan": "lambat"}, ADMIN),
        _fixed("console", "/petugas/konsol", {}, OPERATOR),
    ]  # fmt: skip


def _fixed(name: str, path: str, query: dict[str, str], officer: Officer | None = None) -> Page:
    address = f"{path}?{urlencode(query)}" if query else path
    return Page(name, lambda _: address, officer)


def _cursor(number: int) -> str:
    """Where a page of the public list begins."""
    return urlsafe_b64encode(f"{filed_at(number).isoformat()} {report_id(number)}".encode()).decode()


def _mark(number: int) -> str:
    """Where a page of the queue begins: among those that wait for no deadline."""
    return f"-_{filed_at(number):%Y-%m-%dT%H:%M:%S.%fZ}_{report_id(number)}"


def _public(n: int, cases: int) -> str:
    """Never a secret one."""
    number = n * 7919 % cases
    return tracking_id(number if number % SECRET else number + 1)


def _waiting(n: int, cases: int) -> int:
    return n * 7919 % (cases // len(STATUSES) - 1) * len(STATUSES)
