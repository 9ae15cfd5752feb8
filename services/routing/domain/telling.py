"""Which of the reporter's words agencies have yet to be told: each once to each leg, and never who spoke."""

from typing import Any

from services.routing.domain.leg import Docket, Entry, Leg, Said
from services.routing.domain.passing import about
from services.routing.domain.sending import moment
from shared import contracts as c
from shared.contracts import ClockKind, DispositionReporterSaid, ReporterWord

WORDS: dict[type[c.Fact], ReporterWord] = {
    c.ReportSupplemented: ReporterWord.SUPPLEMENT,
    c.ReportReplied: ReporterWord.REPLY,
    c.ReportObjected: ReporterWord.OBJECTION,
    c.ReportAccepted: ReporterWord.ACCEPTANCE,
    c.ReportWithdrawn: ReporterWord.WITHDRAWAL,
    c.ReportRated: ReporterWord.RATING,
    c.SlaExpired: ReporterWord.SILENCE,
}
_ABOUT_THE_REPORT = frozenset({ReporterWord.SUPPLEMENT, ReporterWord.REPLY})
"""What an agency that comes to the case later must hear, too; the rest was for those who had it then."""
_ANSWERS = frozenset({*_ABOUT_THE_REPORT, ReporterWord.OBJECTION, ReporterWord.SILENCE})


def tell(docket: Docket) -> list[Said]:
    """The earliest word that some leg has not been told, to each such leg; nothing when all have heard all.

    It is true from when the reporter said it: an answer that was long on its way costs no agency its time.
    """
    for word in docket.words:
        legs = [
            leg
            for leg in docket.working_legs
            if word.event_id not in leg.told and _concerns(docket, leg, word)
        ]
        if legs:
            return [Said(_told(docket, leg, word)) for leg in legs]
    return []


def _concerns(docket: Docket, leg: Leg, word: Entry) -> bool:
    fact = word.fact
    if isinstance(fact, c.SlaExpired):
        return (
            fact.clock is ClockKind.COMPLETION
            and leg.asked is not None
            and leg.asked.occurred_at <= fact.started_at
        )
    # A first agency has the case from its verification on, however late routing heard of it.
    since = docket.verified[leg.round].occurred_at if leg.hop == 1 else leg.created.occurred_at
    earlier = word.at < since
    if WORDS[type(fact)] not in _ABOUT_THE_REPORT:
        return not earlier
    return not (earlier and (_text(fact) or "") in leg.created.text)  # it came with the disposition


def _told(docket: Docket, leg: Leg, word: Entry) -> DispositionReporterSaid:
    kind = WORDS[type(word.fact)]
    asked = leg.asked is not None and leg.asked.occurred_at <= word.at and kind in _ANSWERS
    return DispositionReporterSaid(
        **about(leg, moment(docket, word.at)),
        tracking_id=leg.created.tracking_id,
        word=kind,
        word_id=word.event_id,
        text=_text(word.fact),
        score=getattr(word.fact, "score", None),
        answers_question=asked,
    )


def _text(fact: Any) -> str | None:
    said: str | None = getattr(fact, "text", None) or getattr(fact, "comment", None)
    return said
