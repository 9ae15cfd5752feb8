"""`/kinerja`: the reports on performance as a page: the API's own sums, withheld as there."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.sla import sums
from services.sla.api.statistics import AGENCY, CACHED, MONTH, REGION, Question, understood
from services.sla.domain.cells import UNKNOWN
from services.sla.domain.report import Asked, By, Report, Row, report
from services.sla.pages.chart import Chart, monthly
from shared.contracts import Classification
from shared.web.pages import Shell
from shared.web.pages.names import agency_name, provinces, region_name

router = APIRouter(include_in_schema=False)


class View(BaseModel):
    """What a reader chose. Empty fields of a form mean nothing."""

    model_config = ConfigDict(extra="ignore")
    by: By = By.AGENCY
    agency: str = Field("", max_length=120, pattern=rf"^$|{AGENCY}")
    region: str = Field("", pattern=rf"^$|{REGION}")
    from_: str = Field("", alias="from", pattern=rf"^$|{MONTH}")
    to: str = Field("", pattern=rf"^$|{MONTH}")


@router.get("/kinerja")
async def performance(request: Request, view: Annotated[View, Query()]) -> Response:
    """Counts, shares, working days and breaches; agencies and regions by rate, never by volume."""
    now = request.app.state.clock.now()
    asked = understood(_question(view, view.by), now)
    by_month = understood(_question(view, By.MONTH), now)
    async with request.app.state.database.reading() as tx:
        rows = report(asked, *await sums.sums(tx, asked))
        months = report(by_month, *await sums.sums(tx, by_month))
        waiting = await sums.waiting(tx)
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "performance.html",
        headers={"Cache-Control": CACHED["Cache-Control"], "Vary": "Accept, Cookie"},
        view=view,
        first=_first_day(asked.first),
        last=_first_day(asked.last),
        total=rows.total,
        rows=_named(rows, view),
        chart=_chart(months, asked),
        waiting=waiting,
        subject=_subject(view),
        provinces=provinces(),
        csv=_csv(asked, view),
    )


def _question(view: View, by: By) -> Question:
    given = {"from": view.from_ or None, "to": view.to or None, "by": by}
    return Question(**given, agency=view.agency or None, region=view.region or None)


def _chart(months: Report, asked: Asked) -> Chart:
    """Months without a report have a place, too."""
    known = {row.key: (row.cases, (row.statuses or {}).get("settled")) for row in months.rows}
    first, last = (number // 100 * 12 + number % 100 - 1 for number in (asked.first, asked.last))
    every = [date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1)]
    return monthly([(month, *known.get(f"{month:%Y-%m}", (0, 0))) for month in every])


Name = tuple[str, str] | date
"""In both languages; of a month its first day."""


def _named(rows: Report, view: View) -> list[tuple[Name, str | None, Row]]:
    """Each row with its name, and the view below it where there is one."""
    return [(row_name(rows.by, row.key), _below(view, rows.by, row.key), row) for row in rows.rows]


def row_name(by: By, key: str | None) -> Name:
    """What people call a row; what is not known yet stays UNKNOWN."""
    if key is None or key == UNKNOWN:
        return UNKNOWN, UNKNOWN
    if by is By.MONTH:
        return date.fromisoformat(f"{key}-01")
    if by is By.CLASSIFICATION:
        kind = Classification(key)
        return kind.label, kind.label_en
    if by is By.CATEGORY:
        topic = key.replace("-", " ")
        return (topic[:1].upper() + topic[1:],) * 2
    name = agency_name(key) if by is By.AGENCY else region_name(key)
    return name, name


def _below(view: View, by: By, key: str | None) -> str | None:
    if key is None or key == UNKNOWN:
        return None
    if by is By.AGENCY and key.count(".") < 2 and key != view.agency and (key[0].isdigit() or "." not in key):
        return f"/kinerja?by=agency&agency={key}"
    if by is By.REGION and "." not in key:
        return f"/kinerja?by=region&region={key}"
    return None


def _subject(view: View) -> str:
    names = [agency_name(view.agency)] if view.agency else []
    return " · ".join([*names, *([region_name(view.region)] if view.region else [])])


def _csv(asked: Asked, view: View) -> dict[str, Any]:
    """The query of the same table as open data."""
    filters = {
        "agency": view.agency,
        "region": view.region,
        "from": _month(asked.first),
        "to": _month(asked.last),
    }
    return {"by": view.by.value, **{name: value for name, value in filters.items() if value}, "format": "csv"}


def _first_day(number: int) -> date:
    return date(number // 100, number % 100, 1)


def _month(number: int) -> str:
    return f"{number // 100}-{number % 100:02}"
