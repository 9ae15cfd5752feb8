"""Amending by page: a form, then what it would move, and only then the record. By the API's own rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.sla import rulebook
from services.sla.api import amending, policies
from services.sla.api.amending import CalendarCommand
from services.sla.api.policies import PolicyCommand
from services.sla.api.trying import DRY_RUN, refusals, try_out
from services.sla.desk_pages import forms, words
from services.sla.desk_pages.access import AMENDED, CALENDAR, DAYS, LIMITS, Admin
from services.sla.desk_pages.calendar import in_force
from services.sla.domain.amending import cause
from services.sla.rulebook import Outdated
from shared.calendar import Amendment, PolicyAmendment
from shared.contracts import ClockKind
from shared.db.database import Database
from shared.security.tokens import Officer
from shared.web.pages import Form, Shell, read_form
from shared.web.pages.desk import NO_STORE, STALE, said
from shared.web.pages.language import language_of
from shared.web.problems import Problem, validation_problem

router = APIRouter(include_in_schema=False)

Drafted = Amendment | PolicyAmendment
LONGEST_NUMBER = 20
"""Digits of an amendment's number; Python refuses to read thousands of them."""
_MEANWHILE = (
    "Sementara itu aturannya diubah orang lain. Belum ada yang dicatat; ini dampaknya sekarang.",
    "Meanwhile somebody else has amended the rules. Nothing is recorded yet; this is the effect now.",
)


@dataclass(frozen=True)
class Kind:
    """One kind of amendment: where its form is, and how what is typed becomes a draft."""

    path: str
    template: str
    read: Callable[[Form], dict[str, Any]]
    draft: Callable[[dict[str, Any], Officer, datetime], tuple[Drafted, date]]


def _days(typed: dict[str, Any], officer: Officer, now: datetime) -> tuple[Drafted, date]:
    command = CalendarCommand.model_validate(typed)
    return amending.draft(command, officer, now), command.decided


def _limit(typed: dict[str, Any], officer: Officer, now: datetime) -> tuple[Drafted, date]:
    command = PolicyCommand.model_validate(typed)
    return policies.draft(command, officer.id, now), command.decided


OF_DAYS = Kind(DAYS, "amend_days.html", forms.days_of, _days)
OF_LIMITS = Kind(LIMITS, "amend_limit.html", forms.limit_of, _limit)


class Start(BaseModel):
    """What a link to the form fills in: whose day, and the one that is to be withdrawn or moved."""

    model_config = ConfigDict(extra="ignore")
    region: str = Field("", alias="wilayah", max_length=8)
    removed: str = Field("", alias="cabut", max_length=10)
    kind: str = Field("", alias="jenis", max_length=20)
    name: str = Field("", alias="nama", max_length=300)
    name_en: str = Field("", alias="nama_en", max_length=300)


@router.get(DAYS)
async def days_form(request: Request, officer: Admin, start: Annotated[Start, Query()]) -> Response:
    moved = {"kind": start.kind, "name": start.name, "name_en": start.name_en} if start.name else None
    typed = {
        "region": start.region,
        "removed": [start.removed] if start.removed else [],
        "added": [moved] if moved else [],
    }
    return await _form_page(request, officer, OF_DAYS, typed)


@router.post(DAYS)
async def propose_days(request: Request, officer: Admin) -> Response:
    return await _proposed(request, officer, OF_DAYS)


@router.get(LIMITS)
async def limit_form(
    request: Request, officer: Admin, clock: Annotated[str, Query(alias="aturan", max_length=40)] = ""
) -> Response:
    return await _form_page(request, officer, OF_LIMITS, {"clock": clock, "unit": "", "basis": ""})


@router.post(LIMITS)
async def propose_limit(request: Request, officer: Admin) -> Response:
    return await _proposed(request, officer, OF_LIMITS)


async def _proposed(request: Request, officer: Officer, kind: Kind) -> Response:
    """The form again, the effect, or the record: as the button says that was pressed."""
    form = await read_form(request)
    typed = kind.read(form)
    if not form.genuine:
        stale = {"": said(request, STALE)}
        return await _form_page(request, officer, kind, typed, errors=stale, status=422)
    if form["aksi"] in {"tambah", "ubah"}:
        return await _form_page(request, officer, kind, typed)
    try:
        return await _tried_or_recorded(request, officer, kind, _Typed(typed, form["aksi"], form["dasar"]))
    except (Problem, ValidationError) as refused:
        problem = refused if isinstance(refused, Problem) else validation_problem(refused.errors())
        wrong = words.wrong_fields(problem, english=language_of(request) == "en")
        return await _form_page(request, officer, kind, typed, errors=wrong, status=problem.status)


@dataclass(frozen=True)
class _Typed:
    """`seen`: on top of which amendment the effect was computed that the officer has seen."""

    fields: dict[str, Any] = field(default_factory=dict)
    act: str = ""
    seen: str = ""


async def _tried_or_recorded(request: Request, officer: Officer, kind: Kind, typed: _Typed) -> Response:
    database: Database = request.app.state.database
    drafted, decided = kind.draft(typed.fields, officer, request.app.state.clock.now())
    again = typed.act == "catat"
    if again and (seen := number_of(typed.seen)) is not None:
        try:
            async with refusals(database, drafted), database.transaction() as tx:
                recorded, _ = await rulebook.amend(tx, drafted, decided, on_top_of=seen)
            return RedirectResponse(f"{AMENDED}/{recorded.id}", 303)
        except Outdated:
            if made := await _made_already(database, drafted):
                return RedirectResponse(f"{AMENDED}/{made}", 303)
    async with refusals(database, drafted):
        after, effect = await try_out(database, drafted)
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "effect.html",
        409 if again else 200,
        headers=NO_STORE,
        officer=officer,
        path_back=kind.path,
        calendar=CALENDAR,
        cause=cause(drafted),
        source=drafted.source,
        decided=decided,
        fields=forms.fields_of(typed.fields),
        seen=after.seq,
        meanwhile=_MEANWHILE if again else None,
        effect=effect,
        rule_name=words.rule_name,
        place_name=words.place_name,
    )


def number_of(text: str) -> int | None:
    """An amendment's number as a form carries it; None for anything else, however long."""
    plain = text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER
    return int(text) if plain else None


async def _made_already(database: Database, drafted: Drafted) -> str | None:
    """The id of the same amendment by the same officer: the button was pressed twice."""
    async with database.reading() as tx:
        rules = await rulebook.peek(tx)
    made: tuple[Drafted, ...] = (
        rules.book.amendments if isinstance(drafted, Amendment) else rules.limits.amendments
    )
    return next((one.id for one in reversed(made) if _same(one, drafted)), None)


def _same(one: Drafted, drafted: Drafted) -> bool:
    return replace(one, id=DRY_RUN, known_at=drafted.known_at) == drafted


async def _form_page(
    request: Request,
    officer: Officer,
    kind: Kind,
    typed: dict[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """What was typed stays; one more row than there are days."""
    database: Database = request.app.state.database
    async with database.reading() as tx:
        rules = await rulebook.peek(tx)
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        kind.template,
        status,
        headers=NO_STORE,
        officer=officer,
        calendar=CALENDAR,
        typed=forms.fields_of(typed),
        rows=min(len(typed.get("added", ())) + 1, forms.MOST_ROWS),
        removals=min(len(typed.get("removed", ())) + 1, forms.MOST_ROWS),
        errors=errors or {},
        regions=words.regions(),
        kinds=words.KINDS,
        clocks=[(clock.value, words.rule_name(clock)) for clock in ClockKind],
        classifications=words.CLASSIFICATIONS,
        units=words.UNITS,
        bases=words.BASES,
        known_through=rules.book.known_through,
        limits=in_force(rules.limits, request.app.state.clock.now()),
    )
