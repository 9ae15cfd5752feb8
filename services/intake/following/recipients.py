"""Which follows lead to the same contact, browser or system: told to notify, and nothing of whom.

What comes out is made from what only intake can make, and fits nothing else that intake keeps.
"""

import json
from hashlib import sha256
from uuid import UUID

from services.intake.keyring import Keyring


def of_contact(token: str) -> str:
    """`token` is the keyed one of the contact."""
    return _digest(f"contact:{token}")


def of_browser(keys: Keyring, subscription: str) -> str:
    """`subscription` is JSON, as the Push API gives it: a browser has one of us, whatever it follows."""
    return _digest(f"browser:{keys.digest(json.loads(subscription)['endpoint'].encode())}")


def of_system(hook_id: UUID) -> str:
    """Registered twice, with two secrets, it is two: one may take the other's place."""
    return _digest(f"system:{hook_id}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
