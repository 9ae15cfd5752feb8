"""The reporter's later words, each with the access code and only while the case allows it."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.intake.api.access import CurrentDesk, RequiredCode, open_report
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.channels.values import Words, plain
from services.intake.desk import Desk
from services.intake.domain.words import Saying, Word
from services.intake.words import AlreadyAppealed, AlreadySaid, NotPossible, TooLongAgo, say
from shared.contracts import CaseStatus
from shared.security.codes import format_tracking_id, parse_tracking_id
from shared.web.problems import Problem

router = APIRouter(
    prefix="/v1/reports/{tracking_id}",
    tags=["reporter's words"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 404, 409, 413, 422, 429, 503),
)


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextInput(_Input):
    """What the reporter wants to say."""

    text: Words


class WithdrawalInput(_Input):
    """Why, if the reporter wants to say so."""

    text: Words | None = None


_Comment = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(plain)
]


class RatingInput(_Input):
    """1 is very bad, 5 very good."""

    score: int = Field(ge=1, le=5, strict=True)
    comment: _Comment | None = None


class ReferralInput(_Input):
    """Both must be true: that is what consent means here."""

    consent: Literal[True] = Field(description="Case, facts and evidence may go to the Ombudsman.")
    not_in_court: Literal[True] = Field(description="No court has decided, or is deciding, on the matter.")


class Nothing(_Input):
    """No content."""


class WordTaken(BaseModel):
    """The word is on its way; the status changes when the verification team's system has taken it in."""

    tracking_id: str
    status: CaseStatus
    status_label: str
    status_label_en: str
    repeated: bool = Field(description="It had been said before, and counts once.")


@router.post("/supplements", status_code=202, summary="Add details to a report")
async def supplement(desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: TextInput) -> WordTaken:
    """While the report is open. A report on hold goes back to whoever asked: verification or an agency."""
    return await _say(desk, code, tracking_id, Saying(Word.SUPPLEMENT, body.text))


@router.post("/replies", status_code=202, summary="Reply to the agency's answer or question")
async def reply(desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: TextInput) -> WordTaken:
    """While the reporter's answer is waited for, or an agency's question. The agency then owes an answer."""
    return await _say(desk, code, tracking_id, Saying(Word.REPLY, body.text))


@router.post("/acceptance", status_code=202, summary="Accept the agency's answer")
async def acceptance(
    desk: CurrentDesk, code: RequiredCode, tracking_id: str, _: Nothing | None = None
) -> WordTaken:
    """While the reporter's answer is waited for. Closes the report."""
    return await _say(desk, code, tracking_id, Saying(Word.ACCEPTANCE))


@router.post("/objection", status_code=202, summary="Object to the agency's answer, or to the closing")
async def objection(desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: TextInput) -> WordTaken:
    """While the reporter's answer is waited for, or within 10 working days after the report was closed."""
    return await _say(desk, code, tracking_id, Saying(Word.OBJECTION, body.text))


@router.post("/withdrawal", status_code=202, summary="Withdraw the report")
async def withdrawal(
    desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: WithdrawalInput | None = None
) -> WordTaken:
    """While the report is open."""
    return await _say(desk, code, tracking_id, Saying(Word.WITHDRAWAL, body.text if body else None))


@router.post("/appeal", status_code=202, summary="Appeal the archiving of the report")
async def appeal(desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: TextInput) -> WordTaken:
    """Once, after the report was archived. Another officer decides; a second archiving is final."""
    return await _say(desk, code, tracking_id, Saying(Word.APPEAL, body.text))


@router.post("/ombudsman", status_code=202, summary="Agree that the report goes to the Ombudsman")
async def referral(desk: CurrentDesk, code: RequiredCode, tracking_id: str, _: ReferralInput) -> WordTaken:
    """Once, after the Ombudsman was offered because the agency's time has passed. Who has gone to court, or
    reports what happened more than two years ago, cannot (UU 37/2008, art. 24 and 36).
    """
    return await _say(desk, code, tracking_id, Saying(Word.REFERRAL))


@router.post("/rating", status_code=202, summary="Rate how the report was handled")
async def rating(desk: CurrentDesk, code: RequiredCode, tracking_id: str, body: RatingInput) -> WordTaken:
    """Once, after the report was closed."""
    return await _say(desk, code, tracking_id, Saying(Word.RATING, body.comment, body.score))


async def _say(desk: Desk, code: str, tracking_id: str, saying: Saying) -> WordTaken:
    try:
        async with desk.database.transaction() as tx:
            said = await say(tx, await open_report(tx, desk, tracking_id, code), saying)
    except (NotPossible, AlreadySaid) as refused:
        raise refusal(refused, saying.word) from None
    status = said.progress.status
    return WordTaken(
        tracking_id=format_tracking_id(parse_tracking_id(tracking_id)),
        status=status,
        status_label=status.label,
        status_label_en=status.label_en,
        repeated=said.repeated,
    )


def refusal(refused: NotPossible | AlreadySaid, word: Word) -> Problem:
    """Why a word was not taken, and what fits instead."""
    if isinstance(refused, AlreadyAppealed):
        return _already_appealed(refused)
    if isinstance(refused, TooLongAgo):
        return Problem(
            409,
            "too-long-ago",
            "Ombudsman hanya menerima peristiwa paling lama dua tahun yang lalu (UU 37/2008, pasal 24).",
            "The Ombudsman takes up what happened at most two years ago (UU 37/2008, art. 24).",
        )
    if isinstance(refused, NotPossible):
        return _not_possible(refused)
    return Problem(
        409,
        "already-said",
        f"Pelapor sudah {word.label}; tunggu sampai status laporan berubah.",
        f"The reporter did already {word.label_en}; wait until the status changes.",
    )


def _already_appealed(refused: AlreadyAppealed) -> Problem:
    status = refused.progress.status
    return Problem(
        409,
        "already-appealed",
        f"Banding hanya satu kali dan sudah diajukan; status sekarang «{status.label}».",
        f"There is one appeal, and it was made; the report is now “{status.label_en}”.",
    )


def _not_possible(refused: NotPossible) -> Problem:
    status, word = refused.progress.status, refused.word
    rest = sorted(refused.possible)
    instead = ", ".join(one.label for one in rest) or "tidak ada"
    instead_en = ", ".join(one.label_en for one in rest) or "nothing"
    return Problem(
        409,
        "not-possible-now",
        f"Tidak dapat {word.label} pada status «{status.label}». Yang dapat dilakukan: {instead}.",
        f"Cannot {word.label_en} while the report is “{status.label_en}”. Possible now: {instead_en}.",
    )
