"""Signed receipts: the reporter's proof of what was filed and when. Never says who, only if a name was given.

Source: UU 25/2009 on public service: a complaint's receipt states the reporter's identity or its absence, the
description, the place and the time.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from shared.security.keys import SigningKey, VerifyingKeys
from shared.security.signed import NotSigned, UnknownKey, read_content, sign_content

TYPE = "lapor-receipt"
MANIFEST_TYPE = "lapor-evidence-manifest"


class InvalidReceipt(ValueError):
    """Not a receipt of ours, or altered."""


class UnknownReceiptKey(InvalidReceipt):
    """Names a key that is not among those given, which may lack a retired one."""

    def __init__(self, error: UnknownKey) -> None:
        super().__init__(str(error))
        self.kid = error.kid


def description_sha256(description: str) -> str:
    """What a receipt says of the text: whoever holds both can compare, the receipt alone does not tell."""
    return sha256(description.encode()).hexdigest()


def sign_receipt(
    private_key: SigningKey,
    *,
    tracking_id: str,
    filed_at: datetime,
    anonymous: bool,
    description: str,
    place: str | None,
    event_date: date | None,
    channel: str,
    deadline: datetime,
) -> str:
    """A compact JWS. ``filed_at`` and ``deadline`` are aware; ``deadline`` is the end of verification."""
    content = {
        "tracking_id": tracking_id,
        "filed_at": filed_at.isoformat(),
        "anonymous": anonymous,
        "description_sha256": description_sha256(description),
        "place": place,
        "event_date": event_date.isoformat() if event_date else None,
        "channel": str(channel),
        "deadline": deadline.isoformat(),
    }
    return sign_content(private_key, TYPE, content)


def sign_manifest(
    private_key: SigningKey, *, tracking_id: str, issued_at: datetime, files: Sequence[Mapping[str, Any]]
) -> str:
    """A compact JWS that lists a report's files with their hashes: what came after the receipt."""
    content = {"tracking_id": tracking_id, "issued_at": issued_at.isoformat(), "files": list(files)}
    return sign_content(private_key, MANIFEST_TYPE, content)


def verify_receipt(public_keys: VerifyingKeys, text: str) -> dict[str, Any]:
    """What a receipt says, if we signed it and nothing was changed. Raises InvalidReceipt."""
    return _verified(public_keys, text, TYPE)


def verify_manifest(public_keys: VerifyingKeys, text: str) -> dict[str, Any]:
    """What a list of files says, if we signed it and nothing was changed. Raises InvalidReceipt."""
    return _verified(public_keys, text, MANIFEST_TYPE)


def _verified(public_keys: VerifyingKeys, text: str, type_: str) -> dict[str, Any]:
    try:
        # Copied out of a PDF or a mail it comes in lines.
        return read_content(public_keys, type_, "".join(text.split()))
    except UnknownKey as error:
        raise UnknownReceiptKey(error) from error
    except NotSigned as error:
        raise InvalidReceipt("not a receipt of ours, or altered") from error
