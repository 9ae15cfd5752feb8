"""Rules and imagined cases as the API reads and shows them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.routing.domain.choice import Considered
from services.routing.domain.explaining import Explanation, NearMiss, Ranked
from services.routing.domain.lint import Finding
from services.routing.domain.replay import Move
from services.routing.domain.rules import Rule
from shared.contracts import Classification
from shared.web.fields import PlainText

Path = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=120)]
Candidate = Annotated[
    str,
    StringConstraints(
        pattern=r"^(@(local|province)(\.[a-z0-9-]+)*|[a-z0-9-]+(\.[a-z0-9-]+)*)$", max_length=120
    ),
]
Region = Annotated[str, StringConstraints(pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")]
Word = Annotated[PlainText, StringConstraints(min_length=2, max_length=80)]
RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class RuleForm(BaseModel):
    """A rule as it should be. What is left out means any; `withdrawn` takes it out of force."""

    model_config = ConfigDict(extra="forbid")
    id: RuleId
    candidates: list[Candidate] = Field(default=[], max_length=20)
    categories: list[Word] = Field(default=[], max_length=100)
    classification: Classification | None = None
    region: Region | None = None
    keywords: list[Word] = Field(default=[], max_length=100)
    note: Annotated[PlainText, StringConstraints(max_length=500)] = ""
    valid_to: date | None = None
    withdrawn: bool = False

    def rule(self, **more: object) -> Rule:
        """Raises nothing: what is wrong with it is for `rulecheck` to say."""
        lists = {name: tuple(getattr(self, name)) for name in ("candidates", "categories", "keywords")}
        return Rule(**self.model_dump(include=set(Rule.__dataclass_fields__)) | lists | more)


class NewVersion(RuleForm):
    """A new version of a rule. `version` is the one the author saw; a newer one refuses it."""

    valid_from: date | None = Field(None, description="Its first day; today if left out, and never earlier.")
    reason: Annotated[PlainText, StringConstraints(strip_whitespace=True, min_length=10, max_length=500)]
    version: int | None = Field(None, ge=0, description="0 says that there is none yet.")


class RuleView(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: str
    version: int
    categories: tuple[str, ...]
    classification: Classification | None
    region: str | None
    keywords: tuple[str, ...]
    candidates: tuple[str, ...]
    note: str
    valid_from: date | None
    valid_to: date | None
    withdrawn: bool
    author: str
    reason: str


class Recorded(BaseModel):
    """The version that was recorded, and what is doubtful about it."""

    rule: RuleView
    findings: list[Finding]


class DryRun(BaseModel):
    """An imagined case. `excluded` are agencies that have had it; `on` is a day, today if left out."""

    model_config = ConfigDict(extra="forbid")
    category: str = Field(min_length=2, max_length=80)
    classification: Classification
    region: Region | None = None
    text: str = Field("", max_length=20_000)
    excluded: list[Path] = Field(default=[], max_length=50)
    on: date | None = None


class Outcome(BaseModel):
    """Which agency would get the case, which rule won (none: the fallback), and why the others did not."""

    agency: str
    agency_name: str
    rule: str | None
    rule_version: int | None
    why: str
    why_en: str
    considered: tuple[Considered, ...]
    ranked: tuple[Ranked, ...]
    near: tuple[NearMiss, ...]

    @classmethod
    def of(cls, explanation: Explanation) -> "Outcome":
        choice = explanation.choice
        return cls(
            agency=choice.agency.code,
            agency_name=choice.agency.name,
            rule=choice.rule_id,
            rule_version=choice.rule_version,
            why=choice.why,
            why_en=choice.why_en,
            considered=choice.considered,
            ranked=explanation.ranked,
            near=explanation.near,
        )


class Marker(BaseModel):
    """Where a page of a replay ended."""

    model_config = ConfigDict(extra="forbid")
    recorded_at: AwareDatetime
    event_id: UUID


class ReplayForm(BaseModel):
    """Rules to try on the cases recorded from `since` to `until` (the last 30 days if left out)."""

    model_config = ConfigDict(extra="forbid")
    rules: list[RuleForm] = Field(min_length=1, max_length=10_000)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    after: Marker | None = None
    limit: int = Field(20_000, ge=1, le=20_000, description="Cases of this page.")


class ReplayPage(BaseModel):
    """Differences on one page of cases; ask again with `after` set to `next` until it is None."""

    model_config = ConfigDict(from_attributes=True)
    cases: int
    by_officers: int
    moved: int
    moves: list[Move]
    until: datetime
    next: Marker | None
