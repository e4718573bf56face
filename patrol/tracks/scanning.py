"""One pass over a GPX document with expat, one callback per element: texts in columns, no tree, bounded.

Nothing is turned into numbers here and nothing is believed; `gpx.py` does both.
"""

from __future__ import annotations

from xml.parsers import expat

from patrol.tracks.rules import Limits, Refusal, Refused

DEEPEST = 60
MOST_NAMES = 5_000  # different names of elements and attributes; a rich file has a hundred
CHUNK = 256 * 1024
POINTS = ("trkpt", "rtept", "wpt")
NAMES = frozenset({*POINTS, "gpx", "trk", "trkseg", "rte", "time", "hdop", "ele"})
END_OF_INPUT = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
MENDABLE = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_UNDEFINED_ENTITY,
        expat.errors.XML_ERROR_SYNTAX,
    )
)


class Names(dict[str, str]):
    """Element name → our name for it, or "" for what we don't read.

    Only the root's own prefix is ours: an undeclared one does no harm and <x:time> is not the point's time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.prefix = ""

    def __missing__(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        known = local if local in NAMES and prefix in ("", self.prefix) else ""
        if len(self) < 1000:
            self[name] = known
        return known


class Column:
    """What was written in the points of one kind, as text, in order."""

    def __init__(self) -> None:
        self.lat: list[str | None] = []
        self.lon: list[str | None] = []
        self.time: list[str | None] = []
        self.hdop: dict[int, str] = {}
        self.starts: list[tuple[int, int]] = []  # (track number, index of its first point)

    def drop_last(self) -> None:
        for column in (self.lat, self.lon, self.time):
            column.pop()
        self.hdop.pop(len(self.lat), None)


class Scan:
    """One pass over the document. Points are counted as they come, and no tree is built."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.names = Names()
        self.columns = {name: Column() for name in POINTS}
        self.column = self.columns["trkpt"]
        self.count = self.tracks = self.opened = self.depth = 0
        self.root: str | None = None
        self.creator = ""
        self.closed = False
        self.inside = False  # in a point
        self.text: list[str] | None = None

    def run(self, xml: bytes) -> int:
        """Parse; return expat's error code, 0 when the document is whole."""
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self.refuse_doctype
        try:
            for begin in range(0, len(xml), CHUNK):
                parser.Parse(xml[begin : begin + CHUNK], False)
                if len(parser.intern) > MOST_NAMES:
                    raise Refused(Refusal.TOO_COMPLEX)
            parser.Parse(b"", True)
        except expat.ExpatError as wrong:
            if self.inside and self.count > 1:
                self.column.drop_last()  # it was being written when the file ended
                self.count -= 1
            return int(wrong.code)
        return 0

    def refuse_doctype(self, *_: object) -> None:
        raise Refused(Refusal.DOCTYPE)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self.names[tag]
        if name == "trkpt" or name == "wpt" or name == "rtept":
            self.count += 1
            if self.count > self.limits.points:
                raise Refused(Refusal.TOO_MANY_POINTS)
            column = self.column = self.columns[name]
            column.lat.append(attributes.get("lat"))
            column.lon.append(attributes.get("lon"))
            column.time.append(None)
            self.inside = True
        elif name == "ele":
            return
        elif (name == "time" or name == "hdop") and self.inside and self.text is None:
            self.text = []
            self.parser.CharacterDataHandler = self.text.append
        elif self.root is None:
            self.open_root(tag, attributes)
        elif name == "trk" or name == "trkseg" or name == "rte":
            column = self.columns["rtept" if name == "rte" else "trkpt"]
            self.tracks += name == "trk"
            self.opened += 1
            if self.opened > 10 * self.limits.parts:
                raise Refused(Refusal.TOO_COMPLEX)
            if not column.starts or column.starts[-1][1] != len(column.lat):
                column.starts.append((self.tracks, len(column.lat)))
            else:
                column.starts[-1] = (self.tracks, len(column.lat))
        else:
            self.skip()  # metadata, extensions, names of people: nothing in them is ours

    def end(self, tag: str) -> None:
        name = self.names[tag]
        if name == "time" or name == "hdop":
            if self.text is not None:
                text, self.text = "".join(self.text), None
                self.parser.CharacterDataHandler = None
                if name == "time":
                    self.column.time[-1] = text
                else:
                    self.column.hdop[len(self.column.lat) - 1] = text
        elif name == "trkpt" or name == "wpt" or name == "rtept":
            self.inside = False
        elif name == "gpx":
            self.closed = True

    def open_root(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, local = tag.rpartition(":")
        if local.lower() != "gpx":
            raise Refused(Refusal.HTML if local.lower() in ("html", "head", "body") else Refusal.NOT_GPX)
        self.root, self.creator = tag, attributes.get("creator", "")
        self.names.clear()
        self.names.prefix = prefix
        self.names[tag] = "gpx"

    def skip(self) -> None:
        """Pass over an element and all in it."""
        self.depth = 1
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.skip_start, self.skip_end

    def skip_start(self, *_: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused(Refusal.TOO_COMPLEX)

    def skip_end(self, _: str) -> None:
        self.depth -= 1
        if not self.depth:
            self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
