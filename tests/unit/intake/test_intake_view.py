import pytest

from services.intake.domain.progress import progress
from services.intake.domain.view import Tracked, tracking_view
from shared import contracts as c
from shared.contracts import ArchiveReason, CaseStatus, ClockKind, Deadline

from . import stories


def view(facts=(), *, owner=False, deadlines=None, **filing):
    tracked = Tracked(stories.report(**filing), progress(stories.moments(list(facts))), deadlines)
    return tracking_view(tracked, stories.at(9), owner=owner, shown_id="K7M-Q3XW-9FA")


def test_the_public_reads_a_masked_text():
    text = view()["text"]
    assert "34567890" not in text
    assert "siti@" not in text


def test_the_owner_reads_the_text_as_it_was_written():
    assert "081234567890" in view(owner=True)["text"]


def test_the_public_reads_masked_answers():
    assert "1111" not in view(stories.story())["answers"][0]["text"]


def test_the_owner_reads_answers_in_full():
    assert "0813-1111-2222" in view(stories.story(), owner=True)["answers"][0]["text"]


def test_an_officers_question_is_for_the_owner_alone():
    held = stories.status(1, CaseStatus.ON_HOLD, 1, message="Di jalan mana tepatnya?")
    assert "mana tepatnya" not in str(view([held]))
    assert view([held], owner=True)["message"] == "Di jalan mana tepatnya?"


def test_an_agencys_question_is_for_the_owner_alone():
    facts = [stories.sent(), stories.asked()]
    assert "halte mana" not in str(view(facts))
    (line,) = [line for line in view(facts, owner=True)["timeline"] if line["kind"] == "asked"]
    assert (line["label"], line["text"]) == ("Dinas Perhubungan bertanya kepada pelapor", "Di halte mana?")


def test_the_reporters_later_words_are_for_the_owner_alone():
    added = c.ReportSupplemented(report_id=stories.REPORT, occurred_at=stories.at(1), text="di depan pasar")
    assert "depan pasar" not in str(view([added]))
    assert view([added], owner=True)["timeline"][1]["text"] == "di depan pasar"


def test_the_timeline_begins_with_the_filing():
    assert view(stories.story())["timeline"][0]["label"] == "Laporan diterima"


def test_the_timeline_names_the_agency():
    labels = [line["label"] for line in view(stories.story())["timeline"]]
    assert "Dikirim ke Dinas Perhubungan" in labels
    assert "Dinas PU menyampaikan tindak lanjut" in labels


def test_every_line_has_both_languages():
    for line in view(stories.story())["timeline"]:
        assert line["label"] != line["label_en"]


def test_the_reason_of_an_archive_is_public():
    archived = stories.status(1, CaseStatus.ARCHIVED, 1, archive_reason=ArchiveReason.IN_COURT)
    assert view([archived])["archive_reason_label"] == "sedang dalam proses peradilan"


TAKEN_BACK = [*stories.story(), stories.status(9, CaseStatus.WITHDRAWN, 8)]


def test_of_a_withdrawn_report_the_public_reads_its_status_and_its_dates():
    page = view(TAKEN_BACK)
    assert (page["status"], page["timeline"][0]["kind"]) == (CaseStatus.WITHDRAWN, "filed")


@pytest.mark.parametrize("field", ["title", "text", "category", "classification", "region", "answers"])
def test_of_a_withdrawn_report_the_public_reads_no_word(field):
    assert view(stories.story())[field] or field == "region"
    assert not view(TAKEN_BACK)[field]


def test_the_owner_of_a_withdrawn_report_reads_all_of_it():
    page = view(TAKEN_BACK, owner=True)
    assert "081234567890" in page["text"] and page["answers"]


def test_before_sla_speaks_the_promised_deadline_is_shown():
    (deadline,) = view()["deadlines"]
    assert (deadline["clock"], deadline["due_at"].isoformat()) == (
        ClockKind.VERIFICATION,
        "2026-07-09T23:59:59.999999+07:00",
    )


def test_a_paused_clock_has_no_deadline():
    paused = Deadline(clock=ClockKind.VERIFICATION, started_at=stories.START, due_at=None, zone="WIB")
    (shown,) = view(deadlines=(paused,))["deadlines"]
    assert (shown["paused"], shown["due_at"], shown["overdue"]) == (True, None, False)


def test_a_deadline_that_has_passed_is_overdue():
    late = Deadline(
        clock=ClockKind.FIRST_RESPONSE, started_at=stories.START, due_at=stories.at(8), zone="WIT"
    )
    assert view(deadlines=(late,))["deadlines"][0]["overdue"]


def test_sla_may_say_that_no_clock_runs():
    assert view(deadlines=())["deadlines"] == []


def test_the_public_view_does_not_tell_what_the_owner_may_do():
    assert "possible" not in view()


@pytest.mark.parametrize("clock", ClockKind)
def test_every_clock_that_ends_has_a_sentence(clock):
    expired = c.SlaExpired(
        report_id=stories.REPORT, occurred_at=stories.at(1), clock=clock, started_at=stories.START,
        due_at=stories.at(1), fired_at=stories.at(1),
    )  # fmt: skip
    assert view([expired])["timeline"][1]["label"]


@pytest.mark.parametrize("status", CaseStatus)
def test_every_status_has_a_sentence(status):
    assert view([stories.status(1, status, 1)])["timeline"][1]["label_en"]


@pytest.mark.parametrize(
    ("status", "shown"), [(CaseStatus.IN_PROGRESS, 0), (CaseStatus.AWAITING_REPORTER, 1)]
)
def test_the_reporters_time_to_answer_is_shown_only_when_it_is_their_turn(status, shown):
    reply = Deadline(clock=ClockKind.REPLY, started_at=stories.START, due_at=stories.at(8), zone="WIB")
    told = view([stories.status(1, status, 1)], deadlines=(reply,))
    assert len(told["deadlines"]) == shown
