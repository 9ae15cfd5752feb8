"""Rules for administrators: what is in force, new versions, which would win, and what a change would do."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from services.routing import catalogue, recorded
from services.routing.directory import newest_directory, quick_turns
from services.routing.domain.choice import Directory
from services.routing.domain.explaining import explain
from services.routing.domain.lint import Finding, lint
from services.routing.domain.replay import Replayed, replay, with_rules
from services.routing.domain.rulecheck import faults
from services.routing.domain.rules import Matter, Rule, Rules
from services.routing.rule_forms import (
    DryRun,
    Marker,
    NewVersion,
    Outcome,
    Recorded,
    ReplayForm,
    ReplayPage,
    RuleId,
    RuleView,
)
from shared.calendar import Zone
from shared.security.officers import require
from shared.security.tokens import Officer, Role
from shared.web.problems import FieldError, Problem, invalid, not_found

router = APIRouter(prefix="/rules", tags=["rules"])

Admin = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN))]
Reader = Annotated[Officer, Depends(require(Role.NATIONAL_ADMIN, Role.SUPERVISOR))]

REPLAYED = timedelta(days=30)


@router.get("")
async def rules(
    request: Request,
    _: Reader,
    on: Annotated[date | None, Query(description="In force on this day; today if left out.")] = None,
    after: Annotated[str | None, Query(description="`next` of the page before.", max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """The rules in force."""
    async with request.app.state.database.transaction() as tx:
        known, today = (await newest_directory(tx)).rules, Zone.WIB.date_of(tx.now)
    found = sorted(known.in_force(on or today), key=lambda rule: rule.id)
    page = [rule for rule in found if after is None or rule.id > after][: limit + 1]
    return {
        "rules": [RuleView.model_validate(rule) for rule in page[:limit]],
        "next": page[limit - 1].id if len(page) > limit else None,
    }


@router.get("/findings")
async def findings(request: Request, _: Reader, on: date | None = None) -> dict[str, list[Finding]]:
    """Rules that no case can reach, that conflict, or whose agencies have ended."""
    async with request.app.state.database.transaction() as tx:
        known, today = await newest_directory(tx), Zone.WIB.date_of(tx.now)
    return {"findings": await asyncio.to_thread(lint, known, on or today)}


@router.get("/{rule_id}")
async def one_rule(request: Request, rule_id: RuleId, _: Reader) -> dict[str, list[RuleView]]:
    """Every version of a rule, in the order of effect."""
    async with request.app.state.database.transaction() as tx:
        versions = (await newest_directory(tx)).rules.versions(rule_id)
    if not versions:
        raise not_found()
    return {"versions": [RuleView.model_validate(rule) for rule in versions]}


@router.post("", status_code=201)
async def add_version(request: Request, body: NewVersion, officer: Admin) -> Recorded:
    """Record a new rule, or a new version of one. Cases verified from its first day on follow it."""
    async with request.app.state.database.transaction() as tx:
        await catalogue.lock(tx)
        known, today = await newest_directory(tx), Zone.WIB.date_of(tx.now)
        rule = _next_version(body, known, officer, today)
        after = Directory(known.agencies, await asyncio.to_thread(_with, known, rule))
        await catalogue.add_rules(tx, [rule])
    day = rule.valid_from or today
    doubts = [one for one in await asyncio.to_thread(lint, after, day) if rule.id in {one.rule, one.other}]
    return Recorded(rule=RuleView.model_validate(rule), findings=doubts)


@router.post("/dry-run")
async def dry_run(request: Request, body: DryRun, _: Admin) -> Outcome:
    """Which agency a case would go to, and why. Changes nothing."""
    async with request.app.state.database.transaction() as tx:
        known = await newest_directory(tx)
        today = body.on or Zone.WIB.date_of(tx.now)
    matter = Matter(body.category, body.classification, body.region, body.text)
    return Outcome.of(explain(known, matter, frozenset(body.excluded), today))


@router.post("/replay")
async def replay_rules(request: Request, body: ReplayForm, _: Admin) -> ReplayPage:
    """What these rules would have done to recorded cases, a page at a time. Changes nothing."""
    async with request.app.state.database.transaction() as tx:
        known, until = await newest_directory(tx), body.until or _machine_now()
        start = body.since or until - REPLAYED
        place = recorded.Place(*(body.after.recorded_at, body.after.event_id)) if body.after else None
        begin = place or recorded.Place(start, recorded.BEGINNING)
        rows, more = await recorded.page(tx, begin, until, body.limit)
        today = Zone.WIB.date_of(tx.now)
    proposed = [_sound(form.rule(), known) for form in body.rules]
    with quick_turns():
        result = await asyncio.to_thread(_replayed, rows, known, proposed, today)
    following = Marker(recorded_at=more.recorded_at, event_id=more.event_id) if more else None
    return ReplayPage(
        cases=result.cases,
        by_officers=result.by_officers,
        moved=result.moved,
        moves=result.moves,
        until=until,
        next=following,
    )


def _replayed(rows: Iterable[Any], known: Directory, proposed: list[Rule], today: date) -> Replayed:
    return replay(map(recorded.past_case, rows), known, with_rules(known, proposed, today), today)


def _machine_now() -> datetime:
    """Cases are recorded in the machine's own time."""
    return datetime.now(tz=Zone.WIB.tz)


def _with(known: Directory, rule: Rule) -> Rules:
    return Rules([*known.rules, rule], known.agencies)


def _next_version(body: NewVersion, known: Directory, officer: Officer, today: date) -> Rule:
    """The version to record. Raises a problem naming the field."""
    newest = max((rule.version for rule in known.rules.versions(body.id)), default=0)
    if body.version is not None and body.version != newest:
        raise Problem(
            409,
            "stale-version",
            f"Aturan sudah berubah (versi {newest}). Muat ulang lalu putuskan lagi.",
            f"The rule has changed (version {newest}). Reload and decide again.",
        )
    first = body.valid_from or today
    if first < today:
        raise invalid("valid_from", "tidak boleh sebelum hari ini", "must not be before today")
    if body.withdrawn and not newest:
        raise invalid("id", "aturan ini tidak ada", "there is no such rule")
    rule = body.rule(version=newest + 1, valid_from=first, author=officer.id, reason=body.reason)
    if body.withdrawn:
        last = known.rules.versions(body.id)[-1]
        return replace(
            last,
            version=newest + 1,
            valid_from=first,
            valid_to=None,
            withdrawn=True,
            author=officer.id,
            reason=body.reason,
        )
    return _sound(rule, known)


def _sound(rule: Rule, known: Directory) -> Rule:
    wrong = [] if rule.withdrawn else list(faults(rule, known.agencies))
    if wrong:
        raise Problem(
            422,
            "invalid",
            f"Aturan {rule.id} belum benar.",
            f"The rule {rule.id} needs correction.",
            [FieldError(one.field, one.message, one.message_en) for one in wrong],
        )
    return rule
