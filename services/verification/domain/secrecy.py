"""Which reports are proposed as secret: those whose words point to people. An officer has the last word.

A report that was open by an officer's oversight ended at the police: so silence hides.
"""

from functools import lru_cache

from services.verification.domain.case import Case
from shared.labelled import Labelled
from shared.text.masking import has_identity_number
from shared.text.names import names_somebody


class Sign(Labelled):
    """What was found in a report's words."""

    NAMES = "names", "nama orang", "a person's name"
    IDENTITY_NUMBER = "identity_number", "nomor identitas atau rekening", "the number of a card or an account"


def signs_of(case: Case) -> tuple[Sign, ...]:
    """What the title, the text and the supplements show."""
    return _signs_in(f"{case.submission.title}\n{case.text}") if case.submission else ()


def proposed(case: Case) -> bool:
    """Whether the case is to be treated as secret until an officer has verified it."""
    return not case.secret and not case.rounds and bool(signs_of(case))


@lru_cache(maxsize=1024)
def _signs_in(text: str) -> tuple[Sign, ...]:
    found = {Sign.NAMES: names_somebody(text), Sign.IDENTITY_NUMBER: has_identity_number(text)}
    return tuple(sign for sign, there in found.items() if there)
