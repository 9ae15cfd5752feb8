"""Regions, categories and their questions, and whether a report belongs here: before anything is filed."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.intake.api.access import CurrentDesk
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.channels.web import Answers, PlaceInput, checked_answers
from services.intake.questions.catalogue import Category, Question, catalogue
from services.intake.questions.checking import shown
from services.intake.questions.scope import Redirection, out_of_scope
from shared.regions import Match, Region, atlas, far_from, search
from shared.web.problems import Problem, not_found

router = APIRouter(prefix="/v1", tags=["places and questions"], route_class=LimitedRoute)
MOST_FOUND = 50


class RegionView(BaseModel):
    """`level`: 0 province, 1 regency or city, 2 district, 3 village. `within`: the province first."""

    code: str
    name: str
    level: int
    within: list[str]


class FoundRegion(RegionView):
    score: int = Field(description="How alike the name is, of 100.")


class RegionPage(RegionView):
    children: list[RegionView]


class CheckInput(BaseModel):
    """A report as far as it was written."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field("", max_length=200)
    text: str = Field("", max_length=10_000)
    category: str | None = Field(None, max_length=80)
    place: PlaceInput = Field(default_factory=PlaceInput)
    answers: Answers | None = None


class Hint(BaseModel):
    field: str
    message: str
    message_en: str


class Checked(BaseModel):
    """`stop`: somebody else can help better; the report can be filed all the same, with `insist`."""

    decision: str = Field(description="proceed or stop")
    redirection: Redirection | None
    questions: list[Question] = Field(description="What is asked now, given the answers so far.")
    errors: list[Hint] = Field(description="Answers that would be refused at filing.")
    hints: list[Hint] = Field(description="What may be a slip; none of it is refused.")


@router.get("/regions", summary="Find a region by its name", responses=problems(404, 422))
async def find_regions(
    q: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 10,
) -> list[FoundRegion]:
    """Unfinished or mistyped too, with what it lies in: `gubeng, surabya`. Without `q`: provinces."""
    if q is None:
        return [FoundRegion(**_region(province), score=100) for province in atlas().children()]
    # The first search of a process makes an index; nobody else waits for that.
    return [_found(match) for match in await asyncio.to_thread(search, q, limit)]


@router.get("/regions/{code}", summary="One region", responses=problems(404, 422))
async def read_region(code: str) -> RegionPage:
    """What it lies in, and what lies in it."""
    region = atlas().find(code)
    if region is None:
        raise not_found()
    children = [RegionView(**_region(child)) for child in atlas().children(code)]
    return RegionPage(**_region(region), children=children)


@router.get("/categories", summary="What a report can be about")
async def categories() -> list[Category]:
    """In the order in which people should see them; `lainnya` takes what fits none."""
    return list(catalogue().categories.values())


@router.get(
    "/categories/{code}/questions", summary="What is asked in a category", responses=problems(404, 422)
)
async def questions(code: str) -> list[Question]:
    """All of them, with the conditions under which some are shown."""
    if code not in catalogue().categories:
        raise not_found()
    return list(catalogue().of(code))


@router.post("/reports/check", summary="See whether a report belongs here", responses=problems(400, 413, 422))
async def check(desk: CurrentDesk, body: CheckInput) -> Checked:
    """Keeps nothing. Says who else can help, what is asked, and what may be a slip."""
    elsewhere = out_of_scope(body.title, body.text, body.answers)
    asked = list(shown(catalogue().of(body.category), body.answers or {}))
    errors: list[Hint] = []
    try:
        checked_answers(body.category, body.answers, desk.clock.now(), body.place.region)
    except Problem as problem:
        errors = [Hint(**vars(error)) for error in problem.errors]
    return Checked(
        decision="stop" if elsewhere else "proceed",
        redirection=elsewhere,
        questions=asked,
        errors=errors,
        hints=_hints(body.place),
    )


def _hints(place: PlaceInput) -> list[Hint]:
    if place.region is None or place.latitude is None or place.longitude is None:
        return []
    if not far_from(place.region, place.latitude, place.longitude):
        return []
    province = atlas().lineage(place.region)[0].name
    return [
        Hint(
            field="place.latitude",
            message=f"titik pada peta tampaknya di luar {province}; periksa kembali",
            message_en=f"the point on the map seems to lie outside {province}; please check",
        )
    ]


def _region(region: Region) -> dict[str, Any]:
    above = atlas().lineage(region.code)[:-1]
    return {
        "code": region.code, "name": region.name, "level": int(region.level),
        "within": [each.name for each in above],
    }  # fmt: skip


def _found(match: Match) -> FoundRegion:
    return FoundRegion(**_region(match.region), score=round(match.score))
