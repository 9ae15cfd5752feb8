"""Prints what happens as people would tell it: when, who, what, by which deadline, and who was told."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from shared import contracts as c
from shared.contracts.base import Fact

JAKARTA = ZoneInfo("Asia/Jakarta")

_CLOCKS = {
    c.ClockKind.VERIFICATION: "verification",
    c.ClockKind.COMPLETION: "the reporter's completion",
    c.ClockKind.FIRST_RESPONSE: "first response",
    c.ClockKind.SETTLEMENT: "settlement",
    c.ClockKind.REPLY: "the reporter's reply",
    c.ClockKind.REOPENING: "the reopening window",
    c.ClockKind.OMBUDSMAN: "the Ombudsman's 60 working days",
}
_COLOURS = {"A": "cyan", "B": "green", "C": "magenta", "D": "yellow", "E": "blue", "F": "red"}


class Timeline:
    """One line a happening. Facts of reports that no journey filed are left out."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tags: dict[UUID, str] = {}
        self._waiting: dict[UUID, list[Fact]] = {}
        self._deadlines: dict[UUID, frozenset[c.Deadline]] = {}
        self.facts: list[Fact] = []

    def follow(self, report_id: UUID, tag: str) -> None:
        """From now on this report belongs to journey `tag`."""
        self._tags[report_id] = tag
        for fact in self._waiting.pop(report_id, []):
            self._tell(fact)

    def hear(self, fact: Fact) -> None:
        self.facts.append(fact)
        if fact.report_id in self._tags:
            self._tell(fact)
        else:
            self._waiting.setdefault(fact.report_id, []).append(fact)

    def of(self, report_id: UUID) -> list[Fact]:
        """Everything heard about one report."""
        return [fact for fact in self.facts if fact.report_id == report_id]

    def heading(self, tag: str, title: str) -> None:
        self._console.print()
        self._console.print(
            Text(f" {tag} ", style=f"bold reverse {_COLOURS[tag]}"), Text(title, style="bold")
        )

    def note(self, tag: str, at: datetime, who: str, what: str, style: str = "") -> None:
        """A happening that leaves no fact, e.g. a stranger who was refused."""
        line = Text.assemble(
            (f"{at.astimezone(JAKARTA):%a %d %b %H:%M} ", "dim"),
            (f"{tag} ", f"bold {_COLOURS[tag]}"),
            (f"{who:<22.22} ", "bold"),
            (what, style),
        )
        self._console.print(line, soft_wrap=True)

    def _tell(self, fact: Fact) -> None:
        told = self._new_deadlines(fact) if isinstance(fact, c.DeadlinesChanged) else describe(fact)
        if told is not None:
            who, what, style = told
            self.note(self._tags[fact.report_id], fact.occurred_at, who, what, style)

    def _new_deadlines(self, fact: c.DeadlinesChanged) -> tuple[str, str, str] | None:
        """Only the clocks that have started or moved: those that stopped are told by what stopped them."""
        before = self._deadlines.get(fact.report_id, frozenset())
        self._deadlines[fact.report_id] = frozenset(fact.deadlines)
        new = [d for d in fact.deadlines if d not in before]
        running = ", ".join(
            f"{_CLOCKS[d.clock]} {f'by {day(d.due_at)}' if d.due_at else 'paused'}" for d in new
        )
        return ("Deadlines", running, "dim") if running else None


def day(moment: datetime) -> str:
    return f"{moment.astimezone(JAKARTA):%a %d %b}"


def describe(fact: Fact) -> tuple[str, str, str] | None:  # noqa: C901, PLR0911, PLR0912 - one sentence a fact
    """Who did what, and how loudly to say it. None for facts that only machines care about."""
    match fact:
        case c.ReportSubmitted():
            hidden = ", ".join(w for w, on in (("anonymous", fact.anonymous), ("secret", fact.secret)) if on)
            return (
                "Reporter",
                f"files by {fact.channel}: “{fact.title}”{f' ({hidden})' if hidden else ''}",
                "",
            )
        case c.EvidenceCleared():
            return (
                "Intake",
                f"checked evidence, clean copy: {fact.evidence.content_type}, {fact.evidence.size:,} bytes",
                "dim",
            )
        case c.ReportSupplemented():
            return "Reporter", f"supplements: “{fact.text}”", ""
        case c.ReportReplied():
            return "Reporter", f"replies: “{fact.text}”", ""
        case c.ReportAccepted():
            return "Reporter", "accepts the answer", "green"
        case c.ReportObjected():
            return "Reporter", f"objects: “{fact.text}”", "yellow"
        case c.ReportRated():
            return "Reporter", f"rates: {'★' * fact.score}", ""
        case c.ClarificationRequested():
            return "Verifier", f"asks: “{fact.question}”", "yellow"
        case c.CaseVerified():
            return "Verifier", f"verifies: {fact.classification}, category “{fact.category}”", ""
        case c.CaseArchived():
            return "Verifier", f"archives: {fact.reason.label}. “{fact.explanation}”", "yellow"
        case c.CaseStatusChanged():
            by = f" (by {fact.closed_by})" if fact.closed_by else ""
            return "Case", f"→ {fact.status.label}{by}", "bold"
        case c.CaseEscalated():
            return "Case", "the way to the Ombudsman is offered to the reporter", "bold red"
        case c.DispositionCreated():
            return "Routing", f"sends it to {fact.agency_name} ({fact.agency}), hop {fact.hop}", ""
        case c.DispositionReturned():
            return fact.agency, f"returns it: “{fact.reason}”", "yellow"
        case c.DispositionAcknowledged():
            return fact.agency, "acknowledges", ""
        case c.DispositionResponded():
            return fact.agency, f"answers: “{fact.text}”", ""
        case c.DispositionAsked():
            return fact.agency, f"asks the reporter: “{fact.text}”", "yellow"
        case c.DispositionReporterSaid():
            return fact.agency, f"hears of the reporter's {fact.word}", "dim"
        case c.EvidenceAttached():
            return fact.agency, "sends a photo of its work, checked and clean", "dim"
        case c.DispositionCompleted():
            shown = f", shows {len(fact.evidence)} file" if fact.evidence else ""
            return fact.agency, f"completes{shown}: “{fact.text}”", ""
        case c.SlaWarning():
            due = f", due {day(fact.deadline)}" if fact.deadline else ""
            return "Clock", f"{fact.percent} % of {_CLOCKS[fact.clock]} has passed{due}", "yellow"
        case c.SlaReminded():
            whom = fact.step.value.replace("_", " ")
            late = f"{fact.overdue_days} working day{'' if fact.overdue_days == 1 else 's'} late"
            return "Clock", f"reminds the {whom}: {_CLOCKS[fact.clock]} is {late}", "yellow"
        case c.DeadlinesAmended():
            moved = ", ".join(f"{_CLOCKS[m.clock]} {day(m.before)} → {day(m.after)}" for m in fact.moved)
            return "Clock", f"{fact.cause_en}: {moved}", "magenta"
        case c.SlaBreached():
            return "Clock", f"{_CLOCKS[fact.clock]} was due {day(fact.due_at)} and is overdue", "red"
        case c.SlaExpired():
            return "Clock", f"{_CLOCKS[fact.clock]} ran out on {day(fact.due_at)}", "red"
        case c.NotificationDelivered():
            return "Notify", f"{fact.channel} “{fact.template}” → {fact.recipient}", "dim"
        case c.NotificationFailed():
            return (
                "Notify",
                f"{fact.channel} “{fact.template}” → {fact.recipient} failed: {fact.reason}",
                "red",
            )
    return None
