"""Sample messages: one for everything that any fact makes us say, by the planning of real ones."""

from collections.abc import Iterator
from typing import Any

from services.notify.domain.delivery import (
    REPORTER,
    Planned,
    Template,
    agency_recipient,
)
from services.notify.domain.digest import digest, waits_until
from services.notify.domain.duties import REPORTERS
from services.notify.domain.following import area_digest, case_changed
from services.notify.domain.planning import plan
from services.notify.proofreading.facts import (
    AGENCY,
    ANSWER,
    LEG,
    REPORT,
    TITLE,
    everything,
    fact,
    status,
)
from services.notify.rendering import Letterhead, Occasion
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind

ORIGIN = "https://www.lapor.example"
"""As long as the real one."""
LETTERHEAD = Letterhead(ORIGIN)
TRACKING_ID = "K7MQ3XW9FA"
AGENCY_NAME = (
    "Kementerian Pekerjaan Umum dan Perumahan Rakyat Republik Indonesia, Direktorat Jenderal Bina Marga"
)
"""The longest there is, as its own register has it."""

TO_DESKS = frozenset(
    {
        Template.DISPOSITION_CREATED,
        Template.REPORTER_SAID,
        Template.LEG_WARNING,
        Template.LEG_BREACHED,
        Template.LEG_REMINDER,
        Template.COORDINATOR_REMINDER,
        Template.NATIONAL_REMINDER,
        Template.VERIFICATION_REMINDER,
        Template.LEG_DEADLINES_MOVED,
    }
)
"""Written to offices: by mail, in the languages of offices. All others are for reporters."""
WORDLESS = frozenset({Template.AWAITING_REPORTER})
DIRECT = frozenset({Template.ANSWER, Template.ANNOUNCEMENT})
"""Said without a fact of a case: the words are somebody's own."""

_LONG = "Kami — “segera” — menindaklanjuti. " * 40
LONGEST: dict[str, Any] = {
    "content": _LONG,
    "content_en": _LONG,
    "title": _LONG[:120],
    "title_en": _LONG[:120],
    "agency_name": AGENCY_NAME,
    "awaited": f"{AGENCY_NAME}, {AGENCY_NAME}",
    "cause": _LONG,
    "cause_en": _LONG,
    "legal_source": _LONG,
    "moved": [(clock.value, "2026-09-29", "2026-12-31") for clock in sorted(REPORTERS)],
    "deadline": "2026-09-29",
    "area": "Pelayanan administrasi kependudukan, Kabupaten Kepulauan Siau Tagulandang Biaro",
    "cases": [(TRACKING_ID, _LONG[:120], "2026-09-29")] * 10,
}
"""What the places of a message hold at worst."""

_ANNOUNCED = {
    "title": "Air PDAM mati bergiliran di Surabaya Timur",
    "content": "Perbaikan pipa berlangsung sampai 20 Juli 2026. Tangki air berkeliling setiap pagi.",
    "title_en": "Water cuts in turn in eastern Surabaya",
    "content_en": "The main is under repair until 20 July 2026. Tankers come round every morning.",
}
_SAID = {"content": "Kirim STATUS spasi nomor laporan untuk melihat kemajuannya."}
_WITHOUT_REMINDER = Planned(
    agency_recipient(AGENCY),
    Template.LEG_BREACHED,
    {"clock": "settlement", "deadline": "2026-07-13", "answer_until": "2026-07-27T23:59:59.999999+07:00"},
    LEG,
)
"""What today's ladder leaves to its first reminder, and another ladder may not."""


def occasions(*, anonymous: bool = False, secret: bool = False, longest: bool = False) -> list[Occasion]:
    """One for every delivery that any fact leads to; `longest` fills its places with the worst."""
    return [
        _occasion(planned, anonymous=anonymous, secret=secret, longest=longest)
        for planned in _planned(anonymous=anonymous, secret=secret)
        if not planned.skip
    ]


def of_template(template: Template, *, anonymous: bool = False, secret: bool = False) -> list[Occasion]:
    """The samples of one template, each different from the others."""
    found = occasions(anonymous=anonymous, secret=secret)
    return distinct([each for each in found if each.template == template])


def distinct(found: list[Occasion]) -> list[Occasion]:
    """Each message once: several facts can lead to the same."""
    return [each for index, each in enumerate(found) if each not in found[:index]]


def _planned(*, anonymous: bool, secret: bool) -> Iterator[Planned]:
    flags = {"anonymous": anonymous, "secret": secret}
    for news in (*everything(**flags), *_rarer(flags)):
        yield from plan(news)
    yield _WITHOUT_REMINDER
    if not (anonymous or secret):  # of such a case nothing is announced, and an answer belongs to no case
        yield Planned(REPORTER, Template.ANSWER, _SAID)
        yield Planned(REPORTER, Template.ANNOUNCEMENT, _ANNOUNCED)
        yield from _followed()
    yield _together(flags)


def _followed() -> Iterator[Planned]:
    """Of cases that are public, to people who filed none of them."""
    answer = c.PublicAnswer(agency_name=AGENCY_NAME, text=ANSWER)
    for each in sorted(CaseStatus):
        yield case_changed(fact(c.PublicCaseChanged, status=each, public_version=1))
    yield case_changed(
        fact(c.PublicCaseChanged, status=CaseStatus.CLOSED, answers=(answer,), public_version=1)
    )
    more = {"status": CaseStatus.IN_PROGRESS, "status_changed": False, "answers": (answer,)}
    yield case_changed(fact(c.PublicCaseChanged, public_version=2, **more))
    lines = [(TRACKING_ID, TITLE, "2026-07-06")] * 2
    yield area_digest(lines, 0, "Transportasi, Kota Surabaya", ("transportasi", "35.78"))
    yield area_digest(lines, 12, "Kota Surabaya", (None, "35.78"))


def _together(flags: dict[str, bool]) -> Planned:
    """A day's messages in one."""
    news = (status(CaseStatus.IN_PROGRESS, CaseStatus.FORWARDED, **flags), fact(c.SlaBreached))
    planned = [each for one in news for each in plan(one) if waits_until(each)]
    return digest(
        [{"template": one.template, "details": one.details, "day": "2026-07-06"} for one in planned]
    )


def _rarer(flags: dict[str, bool]) -> Iterator[c.Fact]:
    """Turns that a case seldom takes, each with words of its own."""
    yield status(CaseStatus.RECEIVED, CaseStatus.ARCHIVED, **flags)
    yield status(CaseStatus.RECEIVED, CaseStatus.FORWARDED, **flags)
    waiting = {"text": ANSWER, "case_answered": False, "awaited": ("Dinas Sosial Kota Surabaya",)}
    yield from (fact(kind, **waiting) for kind in (c.DispositionResponded, c.DispositionCompleted))
    reason = c.ArchiveReason.NOT_COMPLETED
    yield status(CaseStatus.ARCHIVED, CaseStatus.RECEIVED, archive_reason=reason, appealed=True, **flags)
    yield fact(c.DeadlinesAmended, moved=[_moved(clock) for clock in sorted(REPORTERS)])
    for kind in (c.LeadStatusChanged, c.SupportedStatusChanged):
        for each in (CaseStatus.IN_PROGRESS, CaseStatus.ARCHIVED, CaseStatus.WITHDRAWN):
            yield fact(kind, status=each, answer=None, **flags)


def _moved(clock: ClockKind) -> c.MovedDeadline:
    before, after = (fact(c.SlaBreached).due_at.replace(day=day) for day in (14, 15))
    return c.MovedDeadline(clock=clock, zone="WIB", before=before, after=after)


def _occasion(planned: Planned, *, anonymous: bool, secret: bool, longest: bool) -> Occasion:
    details = dict(planned.details)
    if longest and planned.template is not Template.ANSWER:  # which intake fits to its channel
        details |= {name: value for name, value in LONGEST.items() if name in details}
    return Occasion(
        template=planned.template,
        recipient=planned.recipient,
        details=details,
        tracking_id="" if planned.template in {Template.ANSWER, Template.AREA_DIGEST} else TRACKING_ID,
        anonymous=anonymous,
        secret=secret,
        agency_name=AGENCY_NAME if longest else "Dinas Perhubungan Kota Surabaya",
        report_id=REPORT,
        leg_id=planned.leg_id,
    )
