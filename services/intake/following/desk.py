"""Begins and ends follows. A contact hears one question first; nobody is told whether it follows already."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake import confirming
from services.intake import store as reports
from services.intake.domain.follows import OVER, Shown
from services.intake.domain.view import Tracked, tracking_view
from services.intake.following import recipients, store
from services.intake.following.policy import rules
from services.intake.following.words import DONE, QUESTION, WORDS
from services.intake.keyring import Keyring
from shared.contracts import ContactRegistered, FollowChanged, PushSubscribed
from shared.db.database import Transaction
from shared.security.codes import format_tracking_id, new_access_code
from shared.security.sealing import Contact


@dataclass(frozen=True)
class Target:
    """A public case, or an area. `about` names it in a word or two, `leads_to` is its page."""

    about: str
    leads_to: str
    report: Tracked | None = None
    area: str | None = None
    label: str | None = None
    """What people call the area."""
    hour: int | None = None
    """When an area's news is told; None: as the rules have it."""
    zone: str = "WIB"

    @classmethod
    def case(cls, tracked: Tracked) -> "Target":
        shown_id = format_tracking_id(tracked.report.tracking_id)
        return cls(shown_id, f"/lacak/{shown_id}", report=tracked)


async def follow(tx: Transaction, keys: Keyring, origin: str, target: Target, contact: Contact) -> None:
    """Ask a `reachable` contact whether its reader wants this; one that follows as much as it may is not
    asked, and nobody is told. Raises a 429 problem when too many ask.
    """
    token = keys.reporter_token(contact)
    assert token is not None  # a reachable contact has an address
    follow_id, _ = await _keep(tx, keys, target, token=token)
    full = await store.standing(tx, token) > rules().most_of_a_contact
    about = {"origin": origin, "about": target.about, "leads_to": target.leads_to}
    await confirming.ask(tx, keys, CONFIRMATION, follow_id, contact, **about, enough=full)


async def follow_in_browser(
    tx: Transaction, keys: Keyring, target: Target, subscription: str
) -> tuple[UUID, str]:
    """Have a browser told: that it subscribed is its reader's yes. Returns the follow's id, and the code that
    ends it.
    """
    follow_id, code = await _keep(tx, keys, target, confirmed=True)
    tx.say(
        PushSubscribed(
            report_id=follow_id, occurred_at=tx.now, sealed=keys.sealer.seal_push(follow_id, subscription)
        )
    )
    tx.say(ContactRegistered(report_id=follow_id, occurred_at=tx.now))
    await _begun(tx, follow_id, recipients.of_browser(keys, subscription))
    return follow_id, code


async def follow_as_system(
    tx: Transaction, keys: Keyring, target: Target, hook_id: UUID, contact: Contact
) -> UUID:
    """Have a system told, which an operator answers for."""
    follow_id, _ = await _keep(tx, keys, target, hook_id=hook_id, confirmed=True)
    tx.say(
        ContactRegistered(
            report_id=follow_id, occurred_at=tx.now, sealed=keys.sealer.seal(follow_id, contact)
        )
    )
    await _begun(tx, follow_id, recipients.of_system(hook_id))
    return follow_id


async def unfollow(tx: Transaction, keys: Keyring, follow_id: UUID, code: str) -> bool:
    """Whether the code fits. Notify forgets the contact."""
    if not keys.codes.verify(follow_id, code, await store.code_hash(tx, follow_id)):
        return False
    await end(tx, [follow_id])
    return True


async def end(tx: Transaction, follow_ids: Sequence[UUID]) -> None:
    """End follows and have their contacts forgotten; those that are over already stay so."""
    for row in await store.end(tx, follow_ids):
        tx.say(
            FollowChanged(
                report_id=row.follow_id,
                occurred_at=tx.now,
                followed=row.report_id,
                area=row.area,
                withdrawn=True,
            )
        )
        tx.say(ContactRegistered(report_id=row.follow_id, occurred_at=tx.now, withdrawn=True))


async def _keep(
    tx: Transaction,
    keys: Keyring,
    target: Target,
    *,
    token: str | None = None,
    hook_id: UUID | None = None,
    confirmed: bool = False,
) -> tuple[UUID, str]:
    follow_id, code = uuid7(), new_access_code()
    row = store.Row(
        follow_id=follow_id,
        report_id=target.report.report.report_id if target.report else None,
        area=target.area,
        label=target.label,
        code_hash=keys.codes.hash(follow_id, code),
        hour=rules().hour if target.hour is None else target.hour,
        zone=target.zone,
        token=token,
        hook_id=hook_id,
    )
    return await store.keep(tx, row, confirmed=confirmed), code


async def _begun(tx: Transaction, follow_id: UUID, recipient: str | None = None) -> bool:
    """Tell notify of a follow that is confirmed; False if it, or what it follows, is over."""
    row = await store.confirm(tx, follow_id)
    if row is None:
        return False
    tracking_id = None
    if row.report_id is not None:
        tracked = await reports.track(tx, row.report_id)
        if tracked.report.secret or tracked.progress.status in OVER:
            return False
        tracking_id = tracked.report.tracking_id
        view = tracking_view(tracked, tx.now, owner=False, shown_id=tracking_id)
        await store.begin(tx, row.report_id, str(Shown.of(view)))
    tx.say(
        FollowChanged(
            report_id=follow_id,
            occurred_at=tx.now,
            followed=row.report_id,
            tracking_id=tracking_id,
            area=row.area,
            about=row.label,
            hour=row.hour,
            zone=row.zone,
            system=row.hook_id is not None,
            recipient=recipients.of_contact(row.token) if row.token else recipient,
        )
    )
    return True


async def _refused(tx: Transaction, follow_id: UUID) -> None:
    await store.lapse(tx, [follow_id])
    await end(tx, [follow_id])


CONFIRMATION = confirming.Purpose(
    name="follow",
    words=WORDS,
    question=QUESTION,
    done=DONE,
    confirmed=_begun,
    lapsed=store.lapse,
    refused=_refused,
)
