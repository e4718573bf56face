"""Text as a QR code."""

import segno
from markupsafe import Markup


def drawn(text: str) -> Markup:
    """An SVG of the text, black on white whatever the colours of the page; it has no size of its own."""
    code = segno.make(text, error="m", micro=False)
    return Markup(
        code.svg_inline(border=3, light="#fff", dark="#000", omitsize=True, svgclass=None, lineclass=None)
    )
