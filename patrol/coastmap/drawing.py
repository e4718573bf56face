"""folium as a compiler: it writes the script that makes the Leaflet map; our page prints that script under its nonce.

Nothing anybody typed passes through here: folium puts words into JavaScript template literals. Names, counts and lines
are fetched by our own modules and shown as text.
"""

from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template
from markupsafe import Markup

START_ZOOM = 12
DEEPEST = 17


class Coast(MacroElement):
    """Hands the map to our own module, which draws everything on it."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "showCoast({{ this._parent.get_name() }}, {{ this.options|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, options: dict[str, Any]):
        super().__init__()
        self._name = "Coast"
        self.options = options


def compile_map(
    options: dict[str, Any], *, centre: tuple[float, float], tiles: str = "", tiles_deepest: int = DEEPEST
) -> tuple[Markup, Markup]:
    """The element of the map and the script that fills it; `options` are addresses and numbers, never typed words."""
    made = folium.Map(
        location=centre,
        zoom_start=START_ZOOM,
        tiles=None,
        zoom_control=False,
        attributionControl=False,
        maxZoom=DEEPEST,
    )
    if tiles:
        folium.TileLayer(
            tiles, attr=" ", control=False, max_zoom=DEEPEST, max_native_zoom=min(tiles_deepest, DEEPEST)
        ).add_to(made)
    Coast(options).add_to(made)
    page = made.get_root()
    page.render()
    return Markup(page.html.render()), Markup(page.script.render())
