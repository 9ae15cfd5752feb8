"""A completion's files on the desk: which there are, which are chosen, and how the form carries them. Pure.

The files themselves are intake's, at its own address; here are only their references.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.routing.domain.completing import evidence_of
from services.routing.domain.leg import Docket, Leg
from services.routing.pages.deeds import COMPLETE
from shared.contracts import DispositionCompleted
from shared.web.pages import Form
from shared.web.problems import not_found

FILE = f"{COMPLETE.address}-bukti"
"""The field as a whole; with an id behind it, the box of one file."""
REASON = f"{COMPLETE.address}-alasan"
UNSENT = "file"
"""What the browser says of a file that was chosen and not sent: its name."""
LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Choice:
    """A file that a completion may name. `content_type` is None of one that is still being checked."""

    evidence_id: UUID
    content_type: str | None
    size: int | None
    chosen: bool


def typed(form: Form) -> dict[str, str]:
    """What of a form is about files. Raises a 404 problem for one that is none of ours."""
    boxes = {name: value for name, value in form.fields.items() if name.startswith(f"{FILE}-")}
    try:
        chosen(boxes)
    except ValueError:
        raise not_found() from None
    return {REASON: form[REASON], UNSENT: form[UNSENT], **boxes}


def chosen(fields: Mapping[str, str]) -> tuple[UUID, ...]:
    """The files whose boxes are ticked. Raises ValueError for what is no id."""
    prefix = f"{FILE}-"
    return tuple(UUID(name.removeprefix(prefix)) for name in fields if name.startswith(prefix))


def choices(docket: Docket, leg: Leg, fields: Mapping[str, str] | None) -> list[Choice]:
    """All there are, earliest first. Without a form: what no completion has named before is chosen."""
    known = {file.evidence.evidence_id: file.evidence for file in evidence_of(docket, leg)}
    wanted = set(chosen(fields)) if fields is not None else set(known) - _named(leg)
    listed = [
        Choice(one.evidence_id, one.content_type, one.size, one.evidence_id in wanted)
        for one in known.values()
    ]
    return listed + [Choice(unknown, None, None, True) for unknown in sorted(wanted - set(known))]


def _named(leg: Leg) -> set[UUID]:
    facts = [entry.fact for entry in leg.history]
    completions = [fact for fact in facts if isinstance(fact, DispositionCompleted)]
    return {one.evidence_id for fact in completions for one in fact.evidence}
