"""What an account's holder wants to hear of all their reports, beside what they chose for one of them."""

from fastapi import APIRouter

from services.intake.accounts import wishes
from services.intake.accounts.desk import session_over
from services.intake.api.access import CurrentDesk
from services.intake.api.accounts import CurrentSession, standing
from services.intake.api.bodies import LimitedRoute
from services.intake.api.documents import problems
from services.intake.api.preferences import PreferencesBody, body_of
from services.intake.domain.preferences import Preferences

router = APIRouter(
    prefix="/v1/accounts/me/preferences",
    tags=["accounts"],
    route_class=LimitedRoute,
    responses=problems(400, 401, 413, 422, 429, 503),
)


@router.get("", summary="What holds for all reports of the account", response_model_by_alias=True)
async def read_preferences(desk: CurrentDesk, session: CurrentSession) -> PreferencesBody:
    """What was chosen, or what holds for everyone who has chosen nothing."""
    async with desk.database.reading() as tx:
        await standing(tx, session)
        return body_of(await wishes.wished(tx, session) or Preferences())


@router.put("", summary="Choose for all reports of the account", response_model_by_alias=True)
async def write_preferences(
    desk: CurrentDesk, session: CurrentSession, body: PreferencesBody
) -> PreferencesBody:
    """Holds for all reports in the account from now on, and for those that come into it without a choice of
    their own. What is chosen for one report later holds for that one.
    """
    wanted = body.wanted()
    async with desk.database.transaction() as tx:
        if not await wishes.wish(tx, session, wanted):
            raise session_over()
    return body_of(wanted)
