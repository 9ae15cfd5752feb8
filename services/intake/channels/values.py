"""Single values that people type, as every way of filing takes them: checked, refused in both languages."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from services.intake.domain.text import turned
from shared.regions import atlas
from shared.security.phones import InvalidPhone, normalise_phone

_REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")


def plain(value: str) -> str:
    """Refuses what no keyboard types: NUL and other control characters, marks that turn the direction of
    writing; line ends and tabs are welcome.
    """
    if turned(value):
        raise ValueError("memuat tanda arah tulisan yang tidak diterima|contains marks of writing direction")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in value):
        raise ValueError("memuat karakter kendali yang tidak diterima|contains control characters")
    return value


def one_line(value: str) -> str:
    if turned(value) or any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in value):
        raise ValueError(
            "harus satu baris tanpa karakter kendali|must be one line without control characters"
        )
    return value


def phone_number(value: str) -> str:
    try:
        return normalise_phone(value)
    except InvalidPhone as error:
        raise ValueError(f"{error.message}|{error.message_en}") from None


def email_address(value: str) -> str:
    if not _EMAIL.fullmatch(value) or len(value) > 254 or not value.isprintable():
        raise ValueError("bukan alamat surel yang benar|is not a valid e-mail address")
    return value


def nik(value: str) -> str:
    if not re.fullmatch(r"[0-9]{16}", value):
        raise ValueError("NIK terdiri dari 16 angka|a NIK has 16 digits")
    return value


def region_code(value: str) -> str:
    message = "bukan kode wilayah yang dikenal, misalnya 35.78|is not a known region code such as 35.78"
    if not _REGION.fullmatch(value):
        raise ValueError(message)
    if atlas().index(value) is None:
        raise ValueError(message)
    return value


def stripped(least: int, most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Line = Annotated[str, stripped(1, 200), AfterValidator(one_line)]
Words = Annotated[str, stripped(3, 10_000), AfterValidator(plain)]
"""What a reporter writes later: a supplement, a reply, an objection."""
