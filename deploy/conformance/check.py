"""Plays the whole protocol against an agency's subscriber; says what it got wrong, and how to mend it.

It takes real legs, gives them twice, adds what a future version might say, what nobody can read and what is
another agency's, and looks at every word that comes back.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from deploy.conformance.finding import CannotCheck, Finding, Samples
from deploy.conformance.watch import Heard, Watch
from deploy.conformance.words import fault_of, leg_of, response_of
from shared.contracts import (
    DispositionCreated,
    DispositionRefused,
    DispositionReporterSaid,
    ReporterWord,
    ResponseKind,
)
from shared.contracts.base import DISPOSITIONS, RESPONSES
from shared.contracts.codec import decode, encode

CREATED = DispositionCreated.schema_name()
NOBODY = UUID(int=0)


@dataclass
class Check:
    """Seconds: `patience` is how long a word may take, `quiet` how long silence is listened to."""

    watch: Watch
    samples: Samples
    expects: Sequence[ResponseKind] = (ResponseKind.ACKNOWLEDGEMENT,)
    patience: float = 15.0
    quiet: float = 2.0
    findings: list[Finding] = field(default_factory=list)

    async def run(self) -> list[Finding]:
        """Everything in order; stops early where nothing further could be learnt."""
        if not await self._somebody_listens():
            return self.findings
        created, message_id = await self._new_leg()
        if not await self._answers(created, "answers a new disposition"):
            return self.findings
        self._well_formed(created)
        await self._takes_twice(created, message_id)
        await self._leaves_others_alone(created)
        await self._takes_the_unknown(created)
        await self._takes_a_refusal(created)
        await self._hears_the_reporter(created)
        await self._survives_the_unreadable()
        again, _ = await self._new_leg()
        await self._answers(again, "still answers afterwards")
        await self._drains()
        self._was_accepted()
        return self.findings

    def _note(self, tried: str, wrong: str = "", remedy: str = "") -> bool:
        self.findings.append(Finding(tried, wrong, remedy))
        return not wrong

    async def _somebody_listens(self) -> bool:
        tried = "reads its queue"
        if not await self.watch.granted():
            return self._note(
                tried,
                f"there is no queue {self.watch.queue}",
                f"Grant access first: lapor agency grant {self.watch.code}",
            )
        if not await self.watch.connected():
            return self._note(
                tried, f"nobody consumes {self.watch.queue}", "Start the consumer; it must stay connected."
            )
        consumers = await self.watch.consumers(self.patience)
        if not all(one["ack_required"] for one in consumers):
            return self._note(
                "acknowledges to the broker",
                "a consumer takes messages without acknowledging them (no_ack)",
                "Acknowledge each message after it is stored; otherwise a crash loses what was in hand.",
            )
        if any(not one.get("prefetch_count") for one in consumers):
            self._note(
                "bounds what it takes at once",
                "a consumer has no prefetch limit",
                "Set a prefetch (e.g. 16), so that a burst does not flood your system.",
            )
        return self._note(tried)

    async def _new_leg(self) -> tuple[DispositionCreated, str]:
        seen = len(self.watch.heard)
        await self.samples.file(self.watch.code)

        def arrived() -> tuple[DispositionCreated, str] | None:
            for one in self.watch.heard[seen:]:
                if one.exchange == DISPOSITIONS and one.type == CREATED:
                    fact = decode(one.type, one.body)
                    if isinstance(fact, DispositionCreated) and fact.agency == self.watch.code:
                        return fact, one.message_id or ""
            return None

        found = await self.watch.until(arrived, self.patience)
        if found is None:
            raise CannotCheck(f"No disposition for {self.watch.code} came out of LAPOR.")
        return found

    async def _answers(self, leg: DispositionCreated, tried: str) -> bool:
        """Whether every kind of word that is expected comes in time."""
        for kind in self.expects:
            found = await self.watch.until(lambda k=kind: self._first(leg, k), self.patience)  # type: ignore[misc]
            if found is None:
                return self._note(tried, *self._silence(leg, kind))
        return self._note(tried)

    def _silence(self, leg: DispositionCreated, kind: ResponseKind) -> tuple[str, str]:
        unreadable = [one for one in self._words() if response_of(one) is None]
        if unreadable:
            return (
                f"its {unreadable[0].kind} does not fit the schema: {fault_of(unreadable[0])}",
                "The body is JSON with leg_id as it stands in disposition.created.",
            )
        others = {one.kind for one in self._words() if leg_of(one) == leg.leg_id}
        said = f"; it said {', '.join(sorted(others))}" if others else ""
        remedy = (
            f"Publish to lapor.responses with the key response.{self.watch.code}.{kind}. The broker refuses "
            "a wrong key and closes your channel: look in your log."
        )
        return f"no {kind} of leg {leg.leg_id} within {self.patience:g} s{said}", remedy

    def _well_formed(self, leg: DispositionCreated) -> None:
        words = [one for one in self._words() if leg_of(one) == leg.leg_id]
        unnamed = [one for one in words if not one.message_id]
        self._note(
            "gives its messages a message_id",
            f"its {unnamed[0].kind} has none" if unnamed else "",
            "Set message_id to a UUID of your own; the same one when you send again.",
        )
        fleeting = [one for one in words if not one.persistent]
        self._note(
            "sends persistent messages",
            f"its {fleeting[0].kind} is lost if the broker restarts" if fleeting else "",
            "Set delivery_mode=2.",
        )

    async def _takes_twice(self, leg: DispositionCreated, message_id: str) -> None:
        before = self._ids(leg)
        await self.watch.inject(CREATED, encode(leg), message_id)
        await self.watch.until(lambda: self._ids(leg) - before or None, self.quiet)
        self._note(
            "takes a message that comes twice",
            "it said something new about a leg it had already been given" if self._ids(leg) - before else "",
            "Remember message_id, or derive your own message_id from leg_id and kind.",
        )

    async def _leaves_others_alone(self, leg: DispositionCreated) -> None:
        below = leg.model_copy(update={"agency": f"{self.watch.code}.9999", "leg_id": uuid4()})
        await self.watch.inject(CREATED, encode(below), str(uuid4()))
        spoke = await self.watch.until(lambda: self._ids(below) or None, self.quiet)
        self._note(
            "leaves dispositions of agencies below it alone",
            f"it answered one of {below.agency}" if spoke else "",
            "Act only where `agency` in the body is your own code; the rest is for reading.",
        )

    async def _takes_the_unknown(self, leg: DispositionCreated) -> None:
        before = await self.watch.dead()
        grown = json.loads(encode(leg)) | {"added_in_a_later_version": {"anything": True}}
        await self.watch.inject(CREATED, json.dumps(grown).encode(), str(uuid4()))
        later = json.dumps({"leg_id": str(leg.leg_id), "agency": leg.agency, "report_id": str(leg.report_id)})
        await self.watch.inject("disposition.invented.v7", later.encode(), str(uuid4()))
        await self._still_reads(
            "takes unknown types and fields",
            "Ignore fields and types you do not know, and acknowledge them: schemas grow.",
            parked_before=before,
        )

    async def _takes_a_refusal(self, leg: DispositionCreated) -> None:
        word = self._first(leg, self.expects[0])
        assert word is not None
        refusal = DispositionRefused(
            report_id=NOBODY,
            occurred_at=leg.occurred_at,
            leg_id=leg.leg_id,
            agency=leg.agency,
            leg_version=0,
            response_id=word.message_id or "",
            reason="Percobaan: abaikan.",
            reason_en="A trial: ignore it.",
        )
        await asyncio.sleep(self.quiet)  # what it still had to say about the message before is no repetition
        before = len([one for one in self._words() if leg_of(one) == leg.leg_id])
        await self.watch.inject(DispositionRefused.schema_name(), encode(refusal), str(uuid4()))

        def repeated() -> bool | None:
            return len([one for one in self._words() if leg_of(one) == leg.leg_id]) > before or None

        self._note(
            "takes a refusal",
            "it said the refused word again" if await self.watch.until(repeated, self.quiet) else "",
            "Show a refusal's reason to a person; sending the same word again changes nothing.",
        )

    async def _hears_the_reporter(self, leg: DispositionCreated) -> None:
        """An answer to a question: it is for people to read, and calls for no word said before."""
        before, parked = self._ids(leg), await self.watch.dead()
        said = DispositionReporterSaid(
            report_id=leg.report_id,
            occurred_at=leg.occurred_at,
            leg_id=leg.leg_id,
            agency=leg.agency,
            leg_version=leg.leg_version,
            tracking_id=leg.tracking_id,
            word=ReporterWord.REPLY,
            word_id=uuid4(),
            text="Percobaan: pelapor menjawab.",
            answers_question=True,
        )
        await self.watch.inject(DispositionReporterSaid.schema_name(), encode(said), str(uuid4()))
        spoke = await self.watch.until(lambda: self._ids(leg) - before or None, self.quiet)
        if spoke and {kind for kind, _ in spoke} & {kind for kind, _ in before}:
            self._note(
                "hears the reporter",
                "it said again what it had said before",
                "Show the reporter's words to a person; the disposition itself is not new.",
            )
            return
        await self._still_reads(
            "hears the reporter",
            "Store disposition.reporter-said like any other fact, and show its text to your people.",
            parked_before=parked,
        )

    async def _survives_the_unreadable(self) -> None:
        await self.watch.inject(CREATED, b'{"leg_id": ', str(uuid4()))
        await self._still_reads(
            "survives a message nobody can read",
            "Reject it without requeueing (it waits among your dead letters), and go on with the next.",
        )

    async def _still_reads(self, tried: str, remedy: str, parked_before: int | None = None) -> None:
        drained = await self.watch.taken(self.patience)
        if not await self.watch.connected():
            self._note(tried, "its consumer is gone", remedy)
        elif not drained:
            self._note(tried, "the message stays in its queue, again and again", remedy)
        elif parked_before is not None and await self.watch.dead() > parked_before:
            self._note(tried, "it rejected the message", remedy)
        else:
            self._note(tried)

    async def _drains(self) -> None:
        self._note(
            "acknowledges what it has taken",
            "" if await self.watch.drained(self.patience) else "messages stay unacknowledged",
            "Acknowledge each message once it is stored.",
        )

    def _was_accepted(self) -> None:
        """What LAPOR itself refused, other than words about legs that this check invented."""
        ours = {str(one.message_id) for one in self._words() if self._real(one)}
        for one in self.watch.heard:
            if one.exchange != DISPOSITIONS or one.type != DispositionRefused.schema_name():
                continue
            fact = decode(one.type, one.body)
            if isinstance(fact, DispositionRefused) and fact.response_id in ours:
                self._note(
                    "is accepted by LAPOR", fact.reason_en, "docs/agencies/ says what is accepted when."
                )
                return
        self._note("is accepted by LAPOR")

    def _real(self, word: Heard) -> bool:
        """Whether the word is about a leg that LAPOR made."""
        made = {
            json.loads(one.body)["leg_id"]
            for one in self.watch.heard
            if one.exchange == DISPOSITIONS and one.type == CREATED
        }
        return str(leg_of(word)) in made

    def _words(self) -> list[Heard]:
        return [one for one in self.watch.heard if one.exchange == RESPONSES]

    def _first(self, leg: DispositionCreated, kind: ResponseKind) -> Heard | None:
        said = (one for one in self._words() if one.kind == kind and leg_of(one) == leg.leg_id)
        return next(said, None)

    def _ids(self, leg: DispositionCreated) -> set[tuple[str, str]]:
        """What has been said about a leg: a word that is repeated under its own id is the same word."""
        words = [one for one in self._words() if leg_of(one) == leg.leg_id]
        return {(one.kind, one.message_id or str(number)) for number, one in enumerate(words)}


__all__ = ["CannotCheck", "Check", "Finding", "Samples"]
