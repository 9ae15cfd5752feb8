"""What the reporters of joined cases hear of the case that answers for them: its status and its answer."""

from services.verification.domain import secrecy
from services.verification.domain.case import Case
from shared.contracts import CaseStatus, DispositionCompleted, DispositionResponded
from shared.text.masking import mask

TOLD = frozenset(
    {CaseStatus.FORWARDED, CaseStatus.IN_PROGRESS, CaseStatus.AWAITING_REPORTER, CaseStatus.CLOSED}
)
"""The others are between the lead's own reporter and the officers."""
LEFT_ALONE = frozenset({CaseStatus.ARCHIVED, CaseStatus.WITHDRAWN})
"""A lead that ends so will never answer: who joined it is looked at on its own again."""
_LONGEST = 4_000


def hidden(lead: Case) -> bool:
    """Whether nobody else may learn more of the lead than how far it has come."""
    return lead.secret or secrecy.proposed(lead)


def answer_of(lead: Case) -> str | None:
    """The agencies' last answers, each after its name, as the public may read them."""
    if hidden(lead):
        return None
    answers = dict[object, str]()
    for step in lead.history:
        fact = step.entry.fact
        if isinstance(fact, DispositionResponded | DispositionCompleted) and not step.refused:
            leg = lead.legs.get(fact.leg_id)
            if leg is not None and leg.active:
                answers[fact.leg_id] = f"{fact.agency_name}: {mask(fact.text)}"
    return "\n\n".join(answers.values())[:_LONGEST] or None
