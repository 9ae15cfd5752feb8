"""Each decision as the desk takes it: who may, what it needs, and the fact it becomes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from services.verification.api.access import scope_of
from services.verification.api.bodies import (
    ArchivingCommand,
    ClarificationCommand,
    Command,
    Decided,
    MergingCommand,
    UnmergingCommand,
    VerificationCommand,
)
from services.verification.api.deciding import take
from services.verification.domain import decisions
from services.verification.domain.decisions import Action, Verification
from shared.security.tokens import Officer, Role
from shared.web.problems import Problem, invalid

Take = Callable[[Request, Officer, UUID, int | None, Any], Awaitable[Decided]]

BOTH_LEVELS = frozenset({Role.NATIONAL_ADMIN, Role.COORDINATOR})
NATIONAL = frozenset({Role.NATIONAL_ADMIN})


async def verify(
    request: Request, officer: Officer, report_id: UUID, seen: int | None, body: VerificationCommand
) -> Decided:
    """Classify the case and send it out; a coordinator sends it no further than its own government."""
    agencies = body.agencies
    if officer.role is Role.COORDINATOR:
        scope = scope_of(officer)
        agencies = agencies or [str(scope.agency)]
        if foreign := [agency for agency in agencies if not scope.covers(agency)]:
            raise invalid(
                "agencies",
                f"di luar kewenangan Anda: {', '.join(foreign)}; serahkan kepada admin nasional",
                f"outside your authority: {', '.join(foreign)}; leave the case to the national admin",
            )
    wish = Verification(**body.model_dump(exclude={"version", "agencies"}), agencies=tuple(agencies))
    return await take(
        request, officer, report_id, seen,
        lambda c, v, now: decisions.verify(c, wish, v, now), note=wish.secrecy_reason,
    )  # fmt: skip


async def clarify(
    request: Request, officer: Officer, report_id: UUID, seen: int | None, body: ClarificationCommand
) -> Decided:
    """See `decisions.hold`; `seen` is the version that the officer looked at, as for all of these."""
    question = body.to_reporter
    return await take(
        request, officer, report_id, seen, lambda c, v, now: decisions.hold(c, question, v, now)
    )


async def archive(
    request: Request, officer: Officer, report_id: UUID, seen: int | None, body: ArchivingCommand
) -> Decided:
    """See `decisions.archive`."""
    text = body.to_reporter
    return await take(
        request, officer, report_id, seen,
        lambda c, v, now: decisions.archive(c, body.reason, text, v, now),
    )  # fmt: skip


async def merge(
    request: Request, officer: Officer, report_id: UUID, seen: int | None, body: MergingCommand
) -> Decided:
    """Raises Problem for a case that is to join itself; see `decisions.merge` for the rest."""
    if body.into == report_id:
        raise Problem(
            409,
            "merged-into-itself",
            "Kasus tidak dapat digabung dengan dirinya.",
            "A case cannot join itself.",
        )
    # Both are held, always in the same order: else two cases could join each other at one instant.
    return await take(
        request, officer, report_id, seen,
        lambda c, v, now: decisions.merge(c, body.into, v, now), with_=body.into,
    )  # fmt: skip


async def unmerge(
    request: Request, officer: Officer, report_id: UUID, seen: int | None, body: UnmergingCommand
) -> Decided:
    """The reason is for the history alone."""
    return await take(request, officer, report_id, seen, decisions.unmerge, note=body.reason)


async def close(request: Request, officer: Officer, report_id: UUID, seen: int | None, _: Command) -> Decided:
    """See `decisions.close`."""
    return await take(request, officer, report_id, seen, decisions.close)


@dataclass(frozen=True)
class Decider:
    """What one decision takes as its body, who may take it, and how."""

    body: type[Command]
    roles: frozenset[Role]
    take: Take


DECIDERS: Mapping[Action, Decider] = {
    Action.VERIFICATION: Decider(VerificationCommand, BOTH_LEVELS, verify),
    Action.CLARIFICATION: Decider(ClarificationCommand, BOTH_LEVELS, clarify),
    Action.ARCHIVING: Decider(ArchivingCommand, NATIONAL, archive),
    Action.MERGING: Decider(MergingCommand, NATIONAL, merge),
    Action.UNMERGING: Decider(UnmergingCommand, NATIONAL, unmerge),
    Action.CLOSURE: Decider(Command, NATIONAL, close),
}
