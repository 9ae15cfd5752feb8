"""A page of A4 in the look of the pages. Imports a large library: only whoever makes one imports this."""

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from shared.web.pages.shell import HERE

INK, MUTED, BRAND = (23, 33, 31), (79, 91, 88), (11, 95, 87)
_FONTS = HERE / "static/vendor"
_LINE = 0.55
"""Millimetres of height for each point of a letter's size."""


class Sheet(FPDF):
    """A document with one typeface, its first page begun. `margin` in millimetres."""

    def __init__(self, title: str, margin: float) -> None:
        super().__init__(format="A4")
        self.set_margin(margin)
        self.set_auto_page_break(auto=True, margin=margin)
        self.add_font("Jakarta", "", _FONTS / "jakarta-400.woff")
        self.add_font("Jakarta", "B", _FONTS / "jakarta-700.woff")
        self.add_page()
        self.set_title(title)

    def paragraph(
        self,
        words: str,
        size: float = 9.5,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        after: float = 0,
    ) -> None:
        """Words over the whole width; `size` in points, `after` millimetres of room below."""
        self.set_font("Jakarta", "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * _LINE, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if after:
            self.ln(after)
