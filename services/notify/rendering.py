"""Puts a delivery into words: one file a message and language, one shell a form. Knows no contact.

A message file is made of blocks of plain text (see BLOCKS); the shells lay them out as mail, escaped, so that
nothing an officer or agency wrote can become markup.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from services.notify.acting import ActingLink, acting_links
from services.notify.channels.port import Rendered
from services.notify.domain.delivery import AGENCY, REPORTER, Template, discreet, without_content
from services.notify.unsubscribing import Unsubscribing
from services.notify.wording import FILTERS, GLOBALS
from shared.security.codes import format_tracking_id
from shared.security.replies import ReplyAddresses

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("id", "en", "jv", "su")
DEFAULT_LANGUAGE = "id"
DESK_LANGUAGES = ("id", "en")
"""What offices are written to in: the language of administration, and English."""

BLOCKS = ("subject", "sms", "happened", "list", "quote", "why", "next", "due", "how")
"""`list` is one item a line; `why` says what made it happen."""

OPTIONAL = dict.fromkeys(
    (
        *("content", "title", "reason", "agency_name", "awaited", "deadline", "days"),
        *("cause", "cause_en", "legal_source"),
    )
)
"""What a message may have to do without; everything else that a template names must be there."""


FOLLOWERS = frozenset({Template.FOLLOWED_CHANGED, Template.AREA_DIGEST})
"""Said to people who filed nothing: an answer to them belongs to no case."""
FORMS = ("text", "html", "sms")
FORMS_OF = {"email": ("text", "html"), "telegram": ("text",), "webhook": ("text",)}
"""What a channel carries; the others carry the short form, as an SMS does."""


class Unrenderable(Exception):
    """A template and its details do not fit together: our mistake, which no retry mends."""


@dataclass(frozen=True, repr=False)
class Letterhead:
    """What all messages of a deployment share. `link_key` signs; without it no mail lets its reader act."""

    public_url: str
    desk_language: str = DEFAULT_LANGUAGE
    link_key: Ed25519PrivateKey | None = None
    replies: ReplyAddresses | None = None
    """Without them, a mail cannot be answered."""

    @cached_property
    def unsubscribing(self) -> Unsubscribing | None:
        return Unsubscribing(self.link_key) if self.link_key else None


@dataclass(frozen=True)
class Occasion:
    """What is to be told, to whom, about which case: everything but the address."""

    template: str
    recipient: str
    details: Mapping[str, Any]
    tracking_id: str
    anonymous: bool
    secret: bool
    report_id: UUID
    agency_name: str | None = None
    leg_id: UUID | None = None


def render(
    occasion: Occasion, language: str | None, letterhead: Letterhead, forms: Collection[str] = FORMS
) -> Rendered:
    """The message in the `forms` that its channel carries; others stay empty. `language` is the reporter's.

    Raises Unrenderable.
    """
    known: tuple[str, ...] = LANGUAGES
    if occasion.recipient != REPORTER:
        language, known = letterhead.desk_language, DESK_LANGUAGES
    language = language if language in known else DEFAULT_LANGUAGE
    try:
        context = context_of(occasion, language, letterhead)
        if occasion.template == Template.DIGEST:
            context["told"] = [_told(occasion, one, language, letterhead) for one in context["told"]]
        blocks = _blocks(f"{language}/{occasion.template}.txt", context)
        form = _form(language, context, blocks) if {"text", "html"} & set(forms) else {}
        return Rendered(
            subject=" ".join(blocks["subject"].split()),
            sms=" ".join(blocks.get("sms", "").split()),
            text=_shells().get_template("shell.txt").render(form).strip() + "\n" if "text" in forms else "",
            html=_shells().get_template("shell.html").render(form) if "html" in forms else "",
            language=language,
            tracking_id=context["tracking_id"],
            url=context["url"],
            details=occasion.details,
            event=occasion.template,
            reply_to=context["reply_to"] or "",
            unsubscribe_url=context["unsubscribe_url"],
        )
    except (TemplateError, KeyError, ValueError, TypeError) as error:
        raise Unrenderable(f"template {occasion.template}: {type(error).__name__}") from error


def _told(
    occasion: Occasion, one: Mapping[str, Any], language: str, letterhead: Letterhead
) -> dict[str, str]:
    """One message of a digest, in a line: what it would have said had happened."""
    alone = replace(occasion, template=one["template"], details=one["details"])
    blocks = _blocks(f"{language}/{alone.template}.txt", context_of(alone, language, letterhead))
    return {"day": one["day"], "happened": " ".join(blocks["happened"].split())}


def _form(language: str, context: Mapping[str, Any], blocks: Mapping[str, str]) -> dict[str, Any]:
    """What the shells lay out; an office's mail has a foot and links of its own."""
    common = _blocks(f"{language}/common.txt", context)
    if not context["to_reporter"]:
        common |= _blocks(f"{language}/desk.txt", context)
    shared = {f"common_{name}": text for name, text in common.items()}
    return {**context, **shared, **dict.fromkeys(BLOCKS, ""), **blocks}


def context_of(occasion: Occasion, language: str, letterhead: Letterhead) -> dict[str, Any]:
    """Everything that words may name. Raises KeyError or ValueError for details that are none."""
    hidden = discreet(occasion.recipient, anonymous=occasion.anonymous, secret=occasion.secret)
    named = {"agency_name": occasion.agency_name, **occasion.details}
    details = without_content(named, occasion.recipient) if hidden else named
    origin = letterhead.public_url.rstrip("/")
    reporter, follower = occasion.recipient == REPORTER, occasion.template in FOLLOWERS
    known = reporter and bool(occasion.tracking_id or follower)
    return {
        **OPTIONAL,
        "reply_to": letterhead.replies.address(occasion.report_id)
        if known and letterhead.replies and not follower
        else None,
        "unsubscribe_url": letterhead.unsubscribing.link(origin, occasion.report_id)
        if known and letterhead.unsubscribing
        else "",
        "origin": origin,
        "follower": follower or occasion.template == Template.ANSWER,
        **details,
        "language": language,
        "discreet": hidden,
        "to_reporter": occasion.recipient == REPORTER,
        "about_leg": occasion.leg_id is not None,
        "tracking_id": format_tracking_id(number)
        if (number := occasion.tracking_id.replace("-", ""))
        else "",
        "url": f"{origin}/{_page(occasion)}" if number or follower else "",
        # Who acts from the mail alone has read the case there: not so with one of which nothing may be said.
        "links": [] if hidden else _links(occasion, origin, letterhead.link_key),
    }


def _links(occasion: Occasion, origin: str, key: Ed25519PrivateKey | None) -> list[ActingLink]:
    kind, agency = occasion.recipient[: len(AGENCY)], occasion.recipient[len(AGENCY) :]
    if key is None or occasion.leg_id is None or kind != AGENCY:
        return []
    return acting_links(key, origin, leg_id=occasion.leg_id, agency=agency, details=occasion.details)


def _page(occasion: Occasion) -> str:
    """Where the recipient can read more; the access code is never part of it.

    A secret report has no page for whoever has not shown its code: that is asked for first.
    """
    if occasion.template == Template.AREA_DIGEST:
        asked = {"topik": occasion.details["category"], "wilayah": occasion.details["region"]}
        return "laporan?" + urlencode({name: value for name, value in asked.items() if value})
    if occasion.recipient == REPORTER:
        return "lacak" if occasion.secret else f"lacak/{occasion.tracking_id.replace('-', '')}"
    if occasion.leg_id:
        return f"petugas/disposisi/{occasion.leg_id}"
    return f"petugas/kasus/{occasion.report_id}"


def _blocks(name: str, context: Mapping[str, Any]) -> dict[str, str]:
    template = words().get_template(name)
    bound = template.new_context(dict(context))
    return {block: "".join(function(bound)).strip() for block, function in template.blocks.items()}


@cache
def words() -> Environment:
    """Message files: line breaks count as they are written, and nothing is escaped yet."""
    return _environment(trim=False)


@cache
def _shells() -> Environment:
    return _environment(trim=True)


def _environment(*, trim: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=trim,
        lstrip_blocks=trim,
        auto_reload=False,
    )
    environment.globals |= GLOBALS
    environment.filters |= FILTERS
    return environment
