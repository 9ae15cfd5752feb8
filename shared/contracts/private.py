"""The one fact that concerns a person. It travels on the private exchange and is sealed."""

from typing import ClassVar

from pydantic import Field

from shared.contracts.base import PRIVATE, Fact


class ContactRegistered(Fact):
    """Said once for every report, also when no contact was left, so that notify need not wait for one."""

    type: ClassVar[str] = "contact.registered"
    exchange: ClassVar[str] = PRIVATE

    sealed: str | None = Field(None, description="The contact, readable with notify's private key alone.")
    language: str = "id"
    withdrawn: bool = Field(False, description="The contact is to be forgotten.")
