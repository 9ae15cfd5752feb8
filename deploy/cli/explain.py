"""`lapor explain`: a report's deadlines as a small calendar, with every day that did not count and why."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from deploy.cli.clock_page import show
from deploy.cli.clock_sheet import ClockSheet, from_clock, from_public
from deploy.cli.gateway import Gateway, GatewayUrl, Token, gateway
from deploy.cli.moments import moment
from deploy.cli.problems import Problem
from deploy.cli.screen import screen
from deploy.cli.target import DEFAULT_FOLDER, Folder
from shared.security.tokens import Role

CALENDAR = "/v1/calendars/indonesia"


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    tracking_id: Annotated[str, typer.Argument(help="As the reporter got it, e.g. K7M-Q3XW-9FA.")],
    *,
    as_of: Annotated[
        str | None,
        typer.Option(help="As it stood then: 2026-08-01T12:00+07:00, or a day's end in WIB: 2026-08-01."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Draw clocks that have stopped, too.")] = False,
    public: Annotated[bool, typer.Option("--public", help="Only what anybody may see.")] = False,
    folder: Folder = DEFAULT_FOLDER,
    gateway_url: GatewayUrl = None,
    token: Token = None,
    json: Annotated[bool, typer.Option("--json", help="The answer as JSON instead of a calendar.")] = False,
) -> None:
    """Show the clocks of a report as a calendar: which days counted, which did not, and why.

    With an officer's token, or the embedded stack's key: every clock that the case has had, with its pauses.
    Without one: the deadlines that the tracking page shows to anybody.
    """
    with gateway(folder, gateway_url, token, Role.NATIONAL_ADMIN) as lapor:
        if public or not lapor.signed_in:
            if as_of:
                raise Problem("The past is explained to officers only: give a token with --token.")
            found = lapor.get(f"/v1/reports/{tracking_id}")
            sheets = list(_public(lapor, found))
        else:
            found = _clocks(lapor, tracking_id, as_of)
            sheets = list(_official(lapor, found))
    if json:
        screen().print_json(data=found)
    else:
        show(screen(), tracking_id.upper(), found, sheets, every=every)


def _clocks(lapor: Gateway, tracking_id: str, as_of: str | None) -> Any:
    cases = lapor.get("/v1/cases", tracking_id=tracking_id)["cases"]
    if not cases:
        raise Problem(f"No case has the tracking id {tracking_id}.")
    at = moment(as_of, "--as-of") if as_of else None
    return lapor.get(f"/v1/cases/{cases[0]['report_id']}/clocks", as_of=at)


def _official(lapor: Gateway, found: Any) -> Iterator[ClockSheet]:
    now = found["as_of"] or found["now"]
    for clock in found["clocks"]:
        skipped = clock["deadline"]["skipped"] if clock["deadline"] else None
        if skipped is None:  # it stands still: its days end today
            judged_by = clock["judged_by"]
            calendar = lapor.get(CALENDAR, region=judged_by["region"], known_at=judged_by["known_at"])
            skipped = calendar["days"]
        yield from_clock(clock, skipped, now)


def _public(lapor: Gateway, found: Any) -> Iterator[ClockSheet]:
    calendars: dict[str | None, Any] = {}
    for deadline in found["deadlines"]:
        agency = deadline["agency"]
        if agency not in calendars:
            calendars[agency] = lapor.get(CALENDAR, region=agency)
        yield from_public(deadline, calendars[agency])
