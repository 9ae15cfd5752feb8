"""A report at two agencies, on its page: whom it waits for, by when, and what both have answered."""

from datetime import timedelta
from uuid import uuid4

from shared import contracts as c
from shared.contracts import CaseStatus, ClockKind, Deadline

FIRST, SECOND = "Dinas Perhubungan", "Kementerian Sosial"
CODES = {FIRST: "35.3578.dishub", SECOND: "kl.kemensos"}


async def at_both(intake, filed) -> dict[str, dict]:
    """What every fact about each of the two parts begins with."""
    now = intake.database.clock.now()
    legs = {
        name: {
            "report_id": filed.report_id, "occurred_at": now, "leg_id": uuid4(), "agency": code,
            "agency_name": name, "tracking_id": filed.tracking_id,
        }
        for name, code in CODES.items()
    }  # fmt: skip
    for leg in legs.values():
        await intake.hear(
            c.DispositionCreated(
                **leg, leg_version=1, zone="WIB", classification="non_supervision", category="transportasi",
                title="t", text="t", anonymous=False, secret=False, case_version=2,
            )
        )  # fmt: skip
    ends = {FIRST: 1, SECOND: 5}
    deadlines = [
        Deadline(
            clock=ClockKind.SETTLEMENT, leg_id=leg["leg_id"], agency=leg["agency"], started_at=now,
            due_at=now + timedelta(days=ends[name]), zone="WIB",
        )
        for name, leg in legs.items()
    ]  # fmt: skip
    at = {"report_id": filed.report_id, "occurred_at": now}
    await intake.hear(c.DeadlinesChanged(**at, clocks_version=1, deadlines=deadlines))
    return legs


async def test_the_page_says_who_has_yet_to_answer_and_by_when(read):
    reader = read()
    filed = await reader.intake.file()
    legs = await at_both(reader.intake, filed)
    answer = c.DispositionResponded(
        **legs[FIRST], leg_version=2, text="Sudah kami tindak.", case_answered=False, awaited=(SECOND,)
    )
    await reader.intake.hear(answer)
    await reader.intake.status(filed.report_id, 1, CaseStatus.IN_PROGRESS)
    await reader.open(filed)
    said = (await reader.get(f"/lacak/{filed.tracking_id}")).text.partition('id="berikutnya"')[2]
    sentence = said.partition("</div>")[0]
    assert f"masih menunggu jawaban {SECOND}" in sentence
    assert str((reader.intake.database.clock.now() + timedelta(days=5)).day) in sentence
    assert sentence.index("Paling lambat") < sentence.index("Setelah semua menjawab")


async def test_each_agencys_latest_answer_is_on_the_page_and_earlier_ones_below(read):
    reader = read()
    filed = await reader.intake.file()
    legs = await at_both(reader.intake, filed)
    for name, version, text in ((FIRST, 2, "Mula-mula."), (FIRST, 3, "Kemudian."), (SECOND, 2, "Bantuan.")):
        moment = legs[name]["occurred_at"] + timedelta(minutes=version)
        told = {**legs[name], "occurred_at": moment, "leg_version": version}
        await reader.intake.hear(c.DispositionResponded(**told, text=text))
    await reader.open(filed)
    shown, _, earlier = (await reader.get(f"/lacak/{filed.tracking_id}")).text.partition('class="earlier"')
    assert "Kemudian." in shown and "Bantuan." in shown
    assert "1 jawaban sebelumnya" in earlier
    assert "Mula-mula." in earlier
