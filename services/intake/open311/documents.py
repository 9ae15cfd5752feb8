"""Answers in the two formats of GeoReport v2: XML, which every server must speak, and JSON.

Both are made from the same rows, so that they cannot say different things.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Response
from pydantic_core import to_json

Row = Mapping[str, Any]

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    """The end of the address decides."""

    XML = "xml"
    JSON = "json"


class Refused(Exception):
    """What is answered instead: GeoReport's own list of code and description."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__("; ".join(errors))
        self.status, self.errors = status, errors

    def rows(self) -> list[Row]:
        return [{"code": str(self.status), "description": error} for error in self.errors]


def listing(form: Format, name: str, item: str, rows: Sequence[Row], status: int = 200) -> Response:
    """A list of rows: ``<name><item>…</item></name>`` or a JSON array."""
    if form is Format.JSON:
        return Response(to_json(list(rows)), status, media_type="application/json; charset=utf-8")
    root = Element(name)
    for row in rows:
        _fill(SubElement(root, item), row)
    return _xml(root, status)


def document(form: Format, name: str, row: Row) -> Response:
    """A single object."""
    if form is Format.JSON:
        return Response(to_json(dict(row)), media_type="application/json; charset=utf-8")
    root = Element(name)
    _fill(root, row)
    return _xml(root, 200)


def refusal(form: Format, refused: Refused) -> Response:
    return listing(form, "errors", "error", refused.rows(), refused.status)


def _xml(root: Element, status: int) -> Response:
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, status, media_type="text/xml; charset=utf-8")


def _fill(element: Element, row: Row) -> None:
    for name, value in row.items():
        child = SubElement(element, name)
        if isinstance(value, Mapping):
            _fill(child, value)
        elif isinstance(value, list | tuple):
            for one in value:
                _fill(SubElement(child, name.removesuffix("s")), one)
        elif value is not None:
            child.text = _text(value)


def _text(value: Any) -> str:
    """As XML can hold it: a report may have characters that XML has no way to write."""
    if isinstance(value, bool):
        return str(value).lower()
    return _NOT_XML.sub("\ufffd", str(value))
