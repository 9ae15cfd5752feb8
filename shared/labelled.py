"""Codes that people read in words."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """Members are written ``NAME = "code", "what people read, in Indonesian", "the same in English"``."""

    label: str
    label_en: str

    def __new__(cls, code: str, label: str = "", label_en: str = "") -> Self:
        """The defaults are for type checkers alone, to whom looking a code up is a call like this one."""
        if not (label and label_en):
            raise TypeError(f"{code} has no words")
        member = str.__new__(cls, code)
        member._value_ = code
        member.label, member.label_en = label, label_en
        return member
