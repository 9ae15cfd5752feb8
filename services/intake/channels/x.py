"""Mentions on X: A STUB. It takes the web hook's format and files what mentions say; no more.

It has never met X's own servers, fetches no media, and answers nobody: a mention is public, and so would an
answer with a tracking id be.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from services.intake.channels.adapter import InboundMessage
from services.intake.channels.conversation import Conversation
from services.intake.channels.listening import listening
from services.intake.channels.message import queued
from services.intake.channels.reading import each, whole
from services.intake.keyring import Keyring
from shared.contracts import Channel
from shared.messaging.consumer import Subscription
from shared.security.signatures import InvalidSignature
from shared.service import Loop

SIGNATURE = "x-twitter-webhooks-signature"
_Id = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,32}$")]
_Text = Annotated[str, StringConstraints(max_length=30_000)]
_MENTIONS = re.compile(r"^(?:\s*@\w{1,32})+\s*")


class _User(BaseModel):
    id_str: _Id


class _Whole(BaseModel):
    """Of a long post, `text` is only the beginning."""

    full_text: _Text = ""


class _Post(BaseModel):
    id_str: _Id
    text: _Text = ""
    extended_tweet: _Whole | None = None
    user: _User

    @property
    def said(self) -> str:
        return (self.extended_tweet and self.extended_tweet.full_text) or self.text


class XHook(BaseModel):
    """Events of the account `for_user_id`; what it posts itself comes back to it, too."""

    for_user_id: _Id
    posts: tuple[dict[str, Any], ...] = Field((), alias="tweet_create_events")


class XChannel:
    """The adapter, a stub; see `ChannelAdapter`, `WebHook`, `Challenged`."""

    channel = Channel.X
    most_bytes = 262_144
    accepted = 200

    def __init__(self, keys: Keyring, secret: bytes | None, prefetch: int) -> None:
        self._keys, self._secret = keys, secret
        self._conversation, self._prefetch = Conversation(keys), prefetch

    @property
    def configured(self) -> bool:
        return self._secret is not None

    def challenge(self, query: Mapping[str, str]) -> dict[str, str]:
        """X's challenge-response check (CRC): proves that we hold the application's secret."""
        token = query.get("crc_token", "")[:500]
        if not token or self._secret is None:
            raise InvalidSignature("crc_token is missing")
        return {"response_token": self._sign(token.encode())}

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        if not hmac.compare_digest(self._sign(raw).encode(), headers.get(SIGNATURE, "").encode()):
            raise InvalidSignature(f"{SIGNATURE} does not match the body")

    def translate(self, raw: bytes, now: datetime) -> Sequence[InboundMessage]:
        hook = XHook.model_validate_json(whole(raw))
        # Who passes a post on says nothing new.
        said = (post for post in hook.posts if not post.get("retweeted_status"))
        posts, parked = each(_Post, said, self._keys, self.channel)
        messages = [
            queued(
                self._keys,
                self.channel,
                post.id_str,
                post.user.id_str,
                now,
                text=_MENTIONS.sub("", post.said),
            )
            for post in posts
            if post.user.id_str != hook.for_user_id
        ]
        return [*messages, *parked]

    def subscriptions(self) -> Sequence[Subscription]:
        return [listening(self.channel, self._conversation, self._prefetch)]

    def loops(self) -> Sequence[Loop]:
        return []

    def _sign(self, content: bytes) -> str:
        assert self._secret is not None
        return "sha256=" + base64.b64encode(hmac.new(self._secret, content, sha256).digest()).decode()
