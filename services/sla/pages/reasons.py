"""`/tenggat`: why a deadline is on its day, as a page or, for a script, as a part of one. Knows no report."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.sla.api.explaining import Question, explain_deadline
from services.sla.api.inputs import Code, Moment, Rules
from shared.calendar import Zone
from shared.contracts import Classification, ClockKind
from shared.web.pages import Shell

router = APIRouter(include_in_schema=False)


class Asked(BaseModel):
    """As a tracking page asks; `due` is the deadline that stands there."""

    model_config = ConfigDict(extra="ignore")
    clock: ClockKind
    start: Moment
    due: Moment | None = None
    zone: Zone | None = None
    agency: Code | None = None
    classification: Classification | None = None


@router.get("/tenggat")
async def reasons(request: Request, asked: Annotated[Asked, Query()], rules: Rules) -> Response:
    """The limit, every day that was not counted, and where it comes from."""
    question = Question(**asked.model_dump(exclude={"due"}))
    answer = await explain_deadline(request, question, rules)
    shell: Shell = request.app.state.shell
    return shell.page(
        request,
        "reasons.html",
        answer=answer,
        differs=asked.due is not None and not _same(asked.due, answer.deadline.due_at),
    )


def _same(one: datetime, other: datetime) -> bool:
    return abs((one - other).total_seconds()) < 1
