"""Browser libraries that come by pip instead of from another origin: the text of the files, as folium would load them.

Only what our pages use is taken. A test pins the hash of each, so that a changed package is noticed.
"""

import re

from offlinefolium.elements import _res  # the package offers them under no other name

LEAFLET = (
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/"  # a key of the package; nothing is fetched from there
)
TAKEN = {
    "lib/leaflet.js": f"{LEAFLET}leaflet.js",
    "lib/leaflet.css": f"{LEAFLET}leaflet.css",
}


PICTURE = re.compile(
    r"url\(data:image/[^)]*\)"
)  # of Leaflet's list of layers and its markers: we show neither


def libraries() -> dict[str, bytes]:
    """Name under /static/<version>/ → content. KeyError when the installed package is not the pinned one."""
    return {name: PICTURE.sub("none", _res[key]).encode() for name, key in TAKEN.items()}
