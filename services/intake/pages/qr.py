"""QR codes as SVG, without a style of their own. They hold a public address, never an access code."""

import io

import segno
from markupsafe import Markup


def qr_svg(address: str) -> Markup:
    """To be placed in a page."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", border=0, xmldecl=False, svgns=False, omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - made here, of an address that is encoded in squares
