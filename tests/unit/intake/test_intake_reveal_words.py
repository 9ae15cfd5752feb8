"""What officers read of a reveal, and people of a question to their contact, without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.api.reveal_bodies import RevealLine
from services.intake.confirming.purpose import limits
from services.intake.confirming.purposes import PURPOSES
from services.intake.desk_pages.words import EXPIRED, READY, REFUSED, SHOWN, STANDINGS, WAITING, standing
from services.intake.domain.preferences import Language
from services.intake.identity.store import RevealState

NOON = datetime(2026, 7, 6, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def line(state: RevealState, collect_until: datetime | None = None) -> RevealLine:
    return RevealLine(
        reveal_id=UUID(int=1), report_id=UUID(int=2), tracking_id="K7M-Q3XW-9FA", state=state,
        asked_by="ratna", agency=None, reason="danger-to-life", explanation="…", court_order=None,
        asked_at=NOON, approve_until=NOON, decided_by=None, decided_at=None, collect_until=collect_until,
        shown_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "collect_until", "now", "expected"),
    [
        (RevealState.ASKED, None, NOON, WAITING),
        (RevealState.ASKED, None, NOON + SECOND, EXPIRED),
        (RevealState.APPROVED, NOON, NOON, READY),
        (RevealState.APPROVED, NOON, NOON + SECOND, EXPIRED),
        (RevealState.SHOWN, NOON, NOON + SECOND, SHOWN),
        (RevealState.REFUSED, None, NOON + SECOND, REFUSED),
        (RevealState.VOID, None, NOON, EXPIRED),
    ],
)
def test_a_request_stands_where_its_state_and_the_time_put_it(state, collect_until, now, expected):
    assert standing(line(state, collect_until), now) == expected
    assert all(STANDINGS[expected])


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
@pytest.mark.parametrize("language", sorted(Language))
def test_every_question_names_what_it_is_about_its_link_and_its_time(purpose, language):
    words = PURPOSES[purpose].words[language].format(about="K7M-Q3XW-9FA", link="https://x/k/y", days=3)
    assert all(part in words for part in ("K7M-Q3XW-9FA", "https://x/k/y", "3"))


def test_a_link_is_good_for_whole_days_and_its_contact_asked_a_few_times():
    assert limits().valid % timedelta(days=1) == timedelta()
    assert 1 <= limits().of_contact < limits().per_minute
