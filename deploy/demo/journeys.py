"""Five reports on their whole way. Each journey waits for what it is promised, and fails otherwise."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

from deploy.demo.picture import photograph
from deploy.demo.world import CODE, Filed, World
from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind
from shared.security.codes import format_tracking_id

CIVIL_REGISTRY = "35.3578.dispendukcapil"
TRANSPORT = "35.3578.dishub"
PUBLIC_WORKS = "35.3578.dpubm"
SOCIAL_AFFAIRS = "kl.kemensos"

CANARY = {
    "name": "Kenari Rahasia Sembilan",
    "phone": "081298765432",
    "email": "kenari.sembilan@pelapor.example",
}
"""The identity behind the anonymous report. Finding it anywhere in clear is a defect."""


async def web(world: World) -> None:
    """A. Filed by web with a photo, returned by one agency, settled by another, accepted and rated."""
    registry, transport = await world.agency(CIVIL_REGISTRY), await world.agency(TRANSPORT)
    filed = await world.file(
        "A",
        title="Pungutan liar parkir di depan kantor Dispendukcapil",
        text="Juru parkir meminta Rp20.000 tanpa karcis setiap pagi, dan petugas loket ikut menerima.",
        classification="supervision",
        category="pungutan liar",
        event_date="2026-07-03",
        place={"region": "35.78", "description": "Jalan Tunjungan, Surabaya"},
        contact={"name": "Sari Wulandari", "email": "sari@pelapor.example"},
    )
    photo = await world.http.post(
        f"/v1/reports/{filed.tracking_id}/evidence",
        content=photograph(),
        headers={CODE: filed.access_code, "Content-Type": "image/png"},
    )
    await world.ok(photo, 201)
    await world.heard(lambda f: _of(f, filed, c.EvidenceCleared), "the photo was checked and is evidence")
    await world.case_exists(filed.report_id)
    await world.decide(
        filed.report_id,
        "verification",
        classification="supervision",
        category="pungutan liar",
        agencies=[CIVIL_REGISTRY],
    )
    first = await registry.leg_of(filed.report_id)
    await registry.say(
        "return",
        first.leg_id,
        text="Juru parkir di luar gedung adalah kewenangan Dinas Perhubungan.",
        suggested_agency=TRANSPORT,
    )
    second = await transport.leg_of(filed.report_id)
    world.expect(second.hop == 2, "the second agency is the second hop")
    await transport.say("acknowledgement", second.leg_id)
    await world.status(filed, CaseStatus.IN_PROGRESS)
    await transport.say(
        "response", second.leg_id, text="Tim kami telah menertibkan juru parkir tersebut hari ini."
    )
    shown = await world.shows(TRANSPORT, filed, second.leg_id, photograph(blue=200))
    done = "Papan tarif resmi dipasang; dua petugas dikenai sanksi."
    await transport.say("completion", second.leg_id, text=done, evidence=[shown])
    await world.heard(lambda f: _of(f, filed, c.DispositionCompleted), "the agency has completed its leg")
    await world.seen_by_reporter(filed, CaseStatus.AWAITING_REPORTER)
    await world.proven(filed, shown)
    await world.word(filed, "acceptance")
    closed = await world.status(filed, CaseStatus.CLOSED)
    world.expect(closed.closed_by is c.ClosedBy.REPORTER, "the case is closed by its reporter")
    await world.seen_by_reporter(filed, CaseStatus.CLOSED)
    await world.word(filed, "rating", score=5, comment="Cepat ditangani.")
    await world.heard(lambda f: _of(f, filed, c.ReportRated), "the rating is on the bus")


async def sms(world: World) -> UUID:
    """B. Two parts of an SMS, out of order; answered; the reporter says nothing for ten working days."""
    works = await world.agency(PUBLIC_WORKS)
    first, second = (
        "KOTA SURABAYA jalan berlubang di Jalan Mayjen Sungkono depan SDN 2, sudah tiga minggu, ",
        "dua pengendara jatuh semalam. Mohon segera ditambal sebelum hujan.",
    )
    sender = {"from": "082316331234", "to": "1708"}
    ref = random.randrange(1, 65_536)
    await world.send_sms(id=str(uuid4()), text=second, part={"ref": ref, "number": 2, "total": 2}, **sender)
    await asyncio.sleep(0.2)
    await world.send_sms(id=str(uuid4()), text=first, part={"ref": ref, "number": 1, "total": 2}, **sender)
    fact = await world.heard(
        lambda f: (
            isinstance(f, c.ReportSubmitted) and f.channel is c.Channel.SMS and f.occurred_at >= world.began
        ),
        "the SMS has become a report",
    )
    world.timeline.follow(fact.report_id, "B")
    world.expect(fact.text.index("tiga minggu") < fact.text.index("dua pengendara"), "the parts are in order")
    await world.case_exists(fact.report_id)
    await world.decide(
        fact.report_id,
        "verification",
        classification="non_supervision",
        category="infrastruktur",
        region="35.78",
        agencies=[PUBLIC_WORKS],
    )
    leg = await works.leg_of(fact.report_id)
    await works.say("response", leg.leg_id, text="Lubang ditambal malam ini oleh satgas jalan kami.")
    await world.status(fact.report_id, CaseStatus.AWAITING_REPORTER)
    await world.send_sms(id=str(uuid4()), text=f"STATUS {fact.tracking_id}", **sender)
    shown = f"{format_tracking_id(fact.tracking_id)}: Menunggu tanggapan pelapor"
    answer = await world.mail("+6282316331234", shown, "a question by SMS is answered by SMS")
    world.expect(len(answer["text"]) <= 160, "the answer fits one SMS")
    world.timeline.note("B", world.now(), "Reporter", f"asks by SMS, and reads: “{answer['text']}”", "dim")
    return UUID(str(fact.report_id))


async def anonymous(world: World) -> Filed:
    """C. Anonymous and secret; the agency never answers; every warning, breach and the Ombudsman."""
    ministry = await world.agency(SOCIAL_AFFAIRS)
    filed = await world.file(
        "C",
        channel="api",
        title="Bantuan sosial dipotong oleh pendamping desa",
        text="Setiap pencairan dipotong Rp100.000 oleh pendamping; yang menolak dicoret dari daftar.",
        category="sosial",
        place={"region": "33.74"},
        anonymous=True,
        secret=True,
        contact=CANARY,
    )
    hidden = await world.track(filed.tracking_id)
    unknown = await world.track("222-2222-222")
    wrong = await world.track(filed.tracking_id, "2222222222222222")
    world.expect(hidden.status_code == 404, "a secret report answers a stranger as if it did not exist")
    world.expect(
        hidden.content == unknown.content == wrong.content, "secret, unknown and wrong code look the same"
    )
    world.timeline.note(
        "C", world.now(), "A stranger", "asks for it without the code: 404, as for no report", "dim"
    )
    await world.case_exists(filed.report_id)
    await world.decide(
        filed.report_id,
        "verification",
        classification="non_supervision",
        category="sosial",
        agencies=[SOCIAL_AFFAIRS],
    )
    leg = await ministry.leg_of(filed.report_id)
    world.expect(leg.anonymous and leg.secret, "the agency knows that it must keep quiet")
    told = b"".join(ministry.bodies).decode().lower()
    leaked = [value for value in CANARY.values() if value.lower() in told]
    world.expect(not leaked, "the agency does not learn who reported")
    return filed


async def incomplete(world: World) -> None:
    """D. Held with a question, supplemented, answered, objected to; the agency asks, hears, answers again."""
    transport = await world.agency(TRANSPORT)
    filed = await world.file(
        "D",
        title="Halte bus dipindahkan tanpa pemberitahuan",
        text="Halte di depan sekolah kami hilang sejak pekan lalu, anak-anak menyeberang jauh.",
        category="transportasi",
        place={"region": "35.78"},
        contact={"name": "Bagus Prasetyo", "phone": "081234500011", "email": "bagus@pelapor.example"},
    )
    await world.case_exists(filed.report_id)
    await world.decide(
        filed.report_id, "clarification", question="Halte yang mana, dan di depan sekolah apa?"
    )
    await world.seen_by_reporter(filed, CaseStatus.ON_HOLD)
    await world.word(filed, "supplements", text="Halte Diponegoro, di depan SMPN 12 Surabaya.")
    await world.status(filed, CaseStatus.RECEIVED, times=2)
    await world.decide(
        filed.report_id,
        "verification",
        classification="non_supervision",
        category="transportasi",
        agencies=[TRANSPORT],
    )
    leg = await transport.leg_of(filed.report_id)
    world.expect("SMPN 12" in leg.text, "the agency reads what was supplemented")
    await transport.say("response", leg.leg_id, text="Halte dipindahkan sementara karena perbaikan drainase.")
    await world.seen_by_reporter(filed, CaseStatus.AWAITING_REPORTER)
    await world.word(
        filed, "objection", text="Tidak ada halte pengganti dan tidak ada rambu untuk anak-anak."
    )
    await world.status(filed, CaseStatus.IN_PROGRESS)
    await transport.hears(filed.report_id, c.ReporterWord.OBJECTION)
    asked = "Halte sementara sebaiknya di sisi sekolah atau di seberangnya?"
    await transport.say("question", leg.leg_id, text=asked)
    held = await world.seen_by_reporter(filed, CaseStatus.ON_HOLD)
    world.expect(held["message"] == asked, "the reporter reads the agency's question")
    await world.stands_still(filed, ClockKind.SETTLEMENT)
    await world.mail("bagus@pelapor.example", asked, "the question comes by mail")
    await world.word(filed, "replies", text="Di sisi sekolah, supaya anak-anak tidak menyeberang.")
    answer = await transport.hears(filed.report_id, c.ReporterWord.REPLY)
    world.expect(answer.answers_question, "the agency hears that its question is answered")
    await world.status(filed, CaseStatus.IN_PROGRESS, times=2)
    await transport.say(
        "response", leg.leg_id, text="Halte sementara berjarak 30 meter dipasang, lengkap dengan rambu."
    )
    await world.status(filed, CaseStatus.AWAITING_REPORTER, times=2)
    await world.seen_by_reporter(filed, CaseStatus.AWAITING_REPORTER)
    await world.word(filed, "acceptance")
    closed = await world.status(filed, CaseStatus.CLOSED)
    world.expect(closed.closed_by is c.ClosedBy.REPORTER, "the case is closed by its reporter")


async def archived(world: World) -> None:
    """E. Outside public service: archived with a reason, and the reporter is told why."""
    filed = await world.file(
        "E",
        title="Tetangga tidak membayar utang arisan",
        text="Tetangga saya belum membayar utang arisan sebesar dua juta rupiah sejak bulan Maret.",
        contact={"name": "Rini Astuti", "email": "rini@pelapor.example"},
    )
    await world.case_exists(filed.report_id)
    why = "Utang piutang antarwarga adalah perkara perdata; silakan ke pengadilan negeri."
    await world.decide(filed.report_id, "archiving", reason="outside_public_service", explanation=why)
    await world.status(filed, CaseStatus.ARCHIVED)
    await world.mail("rini@pelapor.example", why[:40], "the reporter is told why in a mail")


async def decreed(world: World, secret: Filed) -> None:
    """C, meanwhile. A holiday is decreed: the deadlines it touches move, and people are told why."""
    day = await world.ordinary_day(timedelta(days=5))
    tried = await world.decree(day, "Hari libur khusus", dry_run=True)
    world.expect(tried["open_clocks_moved"] >= 1, "the dry run tells how many open clocks would move")
    world.timeline.note(
        "C",
        world.now(),
        "National admin",
        f"tries a holiday on {day}: {tried['open_clocks_moved']} clocks would move",
        "dim",
    )
    await world.decree(day, "Hari libur khusus", dry_run=False)
    amended = await world.heard(lambda f: _of(f, secret, c.DeadlinesAmended), "the deadlines have moved")
    (settlement,) = [moved for moved in amended.moved if moved.clock is ClockKind.SETTLEMENT]
    world.expect(settlement.after > settlement.before, "settlement is due later by the holiday")
    await world.heard(
        lambda f: _of(f, secret, c.NotificationDelivered) and f.template == "deadlines_moved",
        "the reporter is told that the deadlines moved",
    )
    started = next(
        deadline.started_at
        for fact in reversed(world.timeline.of(secret.report_id))
        if isinstance(fact, c.DeadlinesChanged)
        for deadline in fact.deadlines
        if deadline.clock is ClockKind.SETTLEMENT
    )
    why = await world.explained(
        ClockKind.SETTLEMENT, start=started.isoformat(), classification="non_supervision", zone="WIB"
    )
    world.expect("Hari libur khusus" in why, "whoever asks is told of the holiday")
    world.timeline.note("C", world.now(), "Anyone", f"asks why, and reads: “{why}”", "dim")


async def silence(world: World, sms_report: UUID, secret: Filed) -> None:
    """Let the weeks pass: B closes by itself, C collects its warnings and breaches."""
    closed = await world.status(sms_report, CaseStatus.CLOSED, seconds=60)
    world.expect(closed.closed_by is c.ClosedBy.SYSTEM, "the silent reporter's case is closed by the system")
    for kind, clock in (
        (c.SlaWarning, ClockKind.FIRST_RESPONSE),
        (c.SlaBreached, ClockKind.FIRST_RESPONSE),
        (c.SlaReminded, ClockKind.FIRST_RESPONSE),
        (c.SlaWarning, ClockKind.SETTLEMENT),
        (c.SlaBreached, ClockKind.SETTLEMENT),
    ):
        await world.heard(_at(secret, kind, clock), f"{kind.type} of {clock}", 60)
    percents = {
        (f.clock, f.percent) for f in world.timeline.of(secret.report_id) if isinstance(f, c.SlaWarning)
    }
    wanted = {(k, p) for k in (ClockKind.FIRST_RESPONSE, ClockKind.SETTLEMENT) for p in (50, 80)}
    world.expect(wanted <= percents, "both warnings of both clocks were given")
    await world.heard(lambda f: _of(f, secret, c.CaseEscalated), "the way to the Ombudsman is offered", 60)


def _at(filed: Filed, kind: type[c.SlaFact], clock: ClockKind) -> Callable[[c.Fact], bool]:
    return lambda fact: isinstance(fact, kind) and fact.report_id == filed.report_id and fact.clock is clock


def _of(fact: c.Fact, filed: Filed, kind: type[c.Fact]) -> bool:
    return isinstance(fact, kind) and fact.report_id == filed.report_id
