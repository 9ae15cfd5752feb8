"""Phone numbers: one written form, and a keyed token that tells senders apart."""

import hmac
import re
from hashlib import sha256

from shared.security.keys import derive_key

_DECORATION = re.compile(r"[\s().\-\u2010-\u2015]+")
_INDONESIAN = re.compile(r"[2-9][0-9]{7,11}")
_FOREIGN = re.compile(r"\+[1-9][0-9]{7,14}")


class InvalidPhone(ValueError):
    """Not a number that somebody can be reached at. The message never repeats the number."""

    def __init__(self) -> None:
        super().__init__("not a phone number: write 08…, 62…, or + and the country's code")
        self.message = "Nomor telepon tidak dikenali. Tulis seperti 0812…, 62812…, atau +62812…."
        self.message_en = "The phone number is not recognised. Write it like 0812…, 62812… or +62812…."


def normalise_phone(text: str) -> str:
    """The number in international form: ``08…`` and ``62…`` become ``+62…``, another country's ``+…`` stays.

    Short codes (1708) and numbers without any prefix are refused: guessing would write to a stranger.
    """
    compact = _DECORATION.sub("", text)
    if not compact.isascii():
        raise InvalidPhone
    for prefix in ("+62", "62", "0"):
        if compact.startswith(prefix):
            # "+62 0812…" is a common slip; no Indonesian number goes on with 0 after the country's code.
            national = compact.removeprefix(prefix)
            national = national.removeprefix("0") if prefix != "0" else national
            if not _INDONESIAN.fullmatch(national):
                raise InvalidPhone
            return f"+62{national}"
    if not _FOREIGN.fullmatch(compact):
        raise InvalidPhone
    return compact


def phone_token(pepper: bytes | str, phone: str) -> str:
    """A keyed hash (64 hexadecimal characters) that is the same for one sender however the number is written.

    For putting the parts of an SMS together. Phone numbers are few enough to be tried one by one: the token
    protects the sender only as long as the pepper stays secret. Raises InvalidPhone.
    """
    key = derive_key(pepper, "phone-token/v1")
    return hmac.new(key, normalise_phone(phone).encode(), sha256).hexdigest()
