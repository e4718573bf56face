"""A reader of pages: fetches one, checks what each owes its reader, answers in the words on the screen."""

import contextlib
import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from flask import url_for
from flask.testing import FlaskClient
from html5lib import HTMLParser
from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from patrol.web.access import PUBLIC

HOST = "http://localhost"
REDIRECTS = (301, 302, 303, 307, 308)
ADDRESSES = ("src", "href", "action", "formaction", "srcset", "poster", "data")
POINTERS = (
    "for", "form", "list", "headers", "popovertarget", "commandfor",
    "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns",
    "aria-activedescendant", "aria-errormessage", "aria-details", "aria-flowto",
)  # fmt: skip
UNLABELLED_TYPES = ("hidden", "submit", "button", "reset", "image")
UNWRITTEN = ("script", "style", "template")
INLINE = (
    "a",
    "abbr",
    "b",
    "bdi",
    "code",
    "em",
    "i",
    "mark",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "time",
    "u",
)
TRANSACTION_WORDS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")


class Page:
    """What the test does with the site; `open`, `post` and `Form.submit` give a `Seen`."""

    def __init__(self, client: FlaskClient):
        self.client = client
        self.statements: list[str] = []

    @classmethod
    @contextlib.contextmanager
    def watching(cls, client: FlaskClient, engine: Engine) -> Iterator["Page"]:
        """A page that counts the statements sent to that engine."""
        page = cls(client)
        event.listen(engine, "before_cursor_execute", page._count)
        try:
            yield page
        finally:
            event.remove(engine, "before_cursor_execute", page._count)

    def open(self, where: str, *, expected: int = 200, **values: Any) -> "Seen":
        """GET an endpoint ("patrols.show", id=3) or a path ("/tuan-tra?trang=2"), follow redirects, check."""
        if not where.startswith("/"):
            with self.client.application.test_request_context():
                where = url_for(where, **values)
        elif values:
            raise TypeError("a path takes no values; put them into its query")
        return self._visit("GET", where, expected)

    def post(self, where: str, data: Any = None, *, expected: int = 200) -> "Seen":
        """POST to a path what no form of ours would send, follow redirects, check the page."""
        return self._visit("POST", where, expected, data=data)

    def _visit(self, method: str, path: str, expected: int, **options: Any) -> "Seen":
        self.statements.clear()
        response = self.client.open(path, method=method, base_url=HOST, **options)
        for _ in range(5):
            if response.status_code not in REDIRECTS:
                break
            target = urlsplit(urljoin(HOST + path, response.headers["Location"]))
            assert (target.scheme, target.netloc) == ("http", "localhost"), (
                f"redirect leaves the site: {target.geturl()}"
            )
            path = target.path + (f"?{target.query}" if target.query else "")
            self.statements.clear()
            if response.status_code in (307, 308):
                response = self.client.open(path, method=method, base_url=HOST, **options)
            else:
                response = self.client.open(path, base_url=HOST)
        seen = Seen(self, path, response, tuple(self.statements))
        if response.status_code != expected:
            raise AssertionError(
                f"{method} {path} answered {response.status_code}, not {expected}:\n{seen.summary}"
            )
        if problems := page_problems(seen):
            raise AssertionError(f"{path}:\n  " + "\n  ".join(problems))
        return seen

    def _count(self, _conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION_WORDS):
            self.statements.append(statement)


class Tokenizer(HTMLTokenizer):
    """html5lib's own, which reads letter by letter; a tag without any fault it takes in one bite."""

    FAULTLESS = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9:-]*(?:="[^"&\0]*")?)*)\s*>', re.ASCII)
    ATTRIBUTE = re.compile(r'([a-z][a-z0-9:-]*)(?:="([^"]*)")?', re.ASCII)

    def dataState(self) -> bool:  # noqa: N802
        stream = self.stream
        if stream.chunkOffset < stream.chunkSize and stream.chunk[stream.chunkOffset] == "<":
            tag = self.FAULTLESS.match(stream.chunk, stream.chunkOffset)
            if tag and self._take(*tag.groups()):
                stream.chunkOffset = tag.end()
                return True
        return super().dataState()

    def _take(self, slash: str, name: str, attributes: str) -> bool:
        data = [list(one) for one in self.ATTRIBUTE.findall(attributes)]
        if len({attribute for attribute, _ in data}) < len(data) or (slash and data):
            return False
        self.currentToken = {
            "type": tokenTypes["EndTag" if slash else "StartTag"], "name": name, "data": data,
            "selfClosing": False, "selfClosingAcknowledged": False,
        }  # fmt: skip
        self.emitCurrentToken()
        return True


class Parser(HTMLParser):
    """html5lib's own with that tokenizer."""

    def _parse(self, stream: str, *_ways: Any, **_more: Any) -> None:
        self.innerHTMLMode = self.scripting = False
        self.tokenizer = Tokenizer(stream, parser=self)
        self.reset()
        self.mainLoop()


class StrictBuilder(HTML5TreeBuilder):
    """Reads a page as a browser does and says what was wrong with it, in one pass."""

    def feed(self, markup: str) -> None:
        self.mistakes: list[tuple[tuple[int, int], str, Any]] = []  # each as ((line, column), code, data)
        parser = Parser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.mistakes = parser.errors


class Seen:
    """One page as a person meets it."""

    def __init__(self, page: Page, url: str, response: TestResponse, statements: tuple[str, ...]):
        self.page = page
        self.url = url
        self.response = response
        self.status = response.status_code
        self.statements = statements
        self.queries = len(statements)
        self.html = response.get_data(as_text=True)
        builder = StrictBuilder(store_line_numbers=False)
        self.soup = BeautifulSoup(self.html, builder=builder)
        self.mistakes = builder.mistakes
        self.tags: list[Tag] = self.soup.find_all(True)

    def named(self, *names: str) -> list[Tag]:
        """Every element of these names, in the order of the page; much cheaper than a selector."""
        return [tag for tag in self.tags if tag.name in names]

    def having(self, attribute: str) -> list[Tag]:
        """Every element with this attribute."""
        return [tag for tag in self.tags if tag.has_attr(attribute)]

    @property
    def title(self) -> str:
        return words(self.one("head > title"))

    @property
    def summary(self) -> str:
        """The beginning of what the page says, for messages of failed tests."""
        return words(self.soup)[:600]

    def all(self, css: str) -> list[Tag]:
        return self.named(css) if css.isalnum() else self.soup.select(css)

    def one(self, css: str) -> Tag:
        """The only element that matches; none or several fail the test."""
        found = self.all(css)
        if len(found) != 1:
            raise AssertionError(
                f"{self.url}: {len(found)} elements match {css!r}, not one. It says:\n{self.summary}"
            )
        return found[0]

    def has(self, css: str) -> bool:
        return bool(self.all(css))

    def text(self, css: str = "main") -> str:
        return words(self.one(css))

    def texts(self, css: str) -> list[str]:
        return [words(tag) for tag in self.all(css)]

    def table(self, css: str = "main table") -> list[list[str]]:
        """The rows of a table, each a list of the words in its cells; the heading row comes first."""
        return [[words(cell) for cell in row.select("th, td")] for row in self.one(css).select("tr")]

    def records(self, css: str = "main table") -> list[dict[str, str]]:
        """The rows of a table under its headings."""
        head, *rows = self.table(css)
        return [dict(zip(head, row, strict=True)) for row in rows]

    def form(self, css: str = "main form") -> "Form":
        return Form(self, self.one(css))

    def follow(self, link: str, *, expected: int = 200) -> "Seen":
        """Go where the link with these words (or this selector) leads."""
        named = [tag for tag in self.all("a[href]") if words(tag) == link or tag.get("aria-label") == link]
        target = named[0] if named else self.one(link)
        return self.page.open(path_of(self.url, str(target["href"])), expected=expected)


class Form:
    """A form filled in and sent the way a browser without JavaScript does it."""

    def __init__(self, seen: Seen, tag: Tag):
        self.seen = seen
        self.tag = tag
        form_id = tag.get("id")
        outside = seen.all(f'[form="{form_id}"]') if form_id else []
        inside = [one for one in tag.select("input, select, textarea, button") if not one.get("form")]
        self.controls = [
            one for one in inside + outside if one.name in ("input", "select", "textarea", "button")
        ]
        self.values: dict[int, Any] = {}

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(str(one["name"]) for one in self.controls if one.get("name")))

    def value(self, name: str) -> Any:
        """What the control holds now: text, or for several of one name the list of what would be sent."""
        sent = self.data().getlist(name)
        return sent[0] if len(sent) == 1 else sent

    def options(self, name: str) -> dict[str, str]:
        """The choices of a select: value → words."""
        return {option_value(option): words(option) for option in self._named(name)[0].select("option")}

    def fill(self, values: dict[str, Any] | None = None, **more: Any) -> "Form":
        """Type, choose and tick. Text for fields, True/False or values for boxes, (bytes, name) for files."""
        for name, value in {**(values or {}), **more}.items():
            self._fill(name, value)
        return self

    def submit(self, button: str | None = None, *, expected: int = 200) -> "Seen":
        """Press the button with these words (or this name), or the first one, and see what comes."""
        pressed = self._button(button)
        data = self.data()
        target, method = self.tag.get("action"), str(self.tag.get("method", "get")).upper()
        if pressed is not None:
            target = pressed.get("formaction") or target
            method = str(pressed.get("formmethod") or method).upper()
            if pressed.get("name"):
                data.add(str(pressed["name"]), str(pressed.get("value", "")))
        path = path_of(self.seen.url, str(target or self.seen.url))
        if method == "GET":
            return self.seen.page._visit("GET", path.split("?")[0], expected, query_string=data)
        if self.tag.get("enctype") == "multipart/form-data":
            return self.seen.page._visit(
                "POST", path, expected, data=data, content_type="multipart/form-data"
            )
        assert not any(one.get("type") == "file" for one in self.controls), (
            "a form with a file needs its enctype"
        )
        return self.seen.page._visit("POST", path, expected, data=data)

    def data(self) -> MultiDict[str, Any]:
        """What would be sent now, without a button."""
        data: MultiDict[str, Any] = MultiDict()
        for one in self.controls:
            name = one.get("name")
            if not name or one.name == "button" or self._is_disabled(one):
                continue
            for value in self._sent_by(one):
                data.add(str(name), value)
        return data

    def _sent_by(self, one: Tag) -> list[Any]:
        filled = self.values.get(id(one))
        if one.name == "textarea":
            return [one.get_text().removeprefix("\n") if filled is None else filled]
        if one.name == "select":
            if filled is not None:
                return filled
            chosen = [option_value(option) for option in one.select("option[selected]")]
            first = [option_value(option) for option in one.select("option")[:1]]
            return chosen if chosen or one.has_attr("multiple") else first
        match one.get("type", "text"):
            case "submit" | "button" | "reset" | "image":
                return []
            case "checkbox" | "radio":
                ticked = one.has_attr("checked") if filled is None else filled
                return [str(one.get("value", "on"))] if ticked else []
            case "file":
                return [] if filled is None else [filled]
            case _:
                return [str(one.get("value", "")) if filled is None else filled]

    def _fill(self, name: str, value: Any) -> None:
        controls = self._named(name)
        first = controls[0]
        assert not self._is_disabled(first), f"{name} is disabled"
        kind = first.get("type", "text") if first.name == "input" else first.name
        if kind in ("checkbox", "radio"):
            self._tick(name, controls, value)
        elif kind == "select":
            wanted = [str(one) for one in (value if isinstance(value, list | tuple | set) else [value])]
            unknown = set(wanted) - set(self.options(name))
            assert not unknown, f"{name} offers no {unknown}, only {self.options(name)}"
            self.values[id(first)] = wanted
        elif kind == "file":
            content, filename = value
            self.values[id(first)] = (BytesIO(content), filename)
        else:
            given = value if isinstance(value, list | tuple) else [value]
            assert len(given) <= len(controls), f"there are {len(controls)} fields {name}, not {len(given)}"
            for control, text in zip(controls, given, strict=False):
                self.values[id(control)] = str(text)

    def _tick(self, name: str, controls: list[Tag], value: Any) -> None:
        if isinstance(value, bool):
            assert len(controls) == 1, f"there are {len(controls)} boxes {name}: say which by value"
            self.values[id(controls[0])] = value
            return
        wanted = {str(one) for one in (value if isinstance(value, list | tuple | set) else [value])}
        offered = {str(one.get("value", "on")) for one in controls}
        assert wanted <= offered, f"{name} offers {offered}, not {wanted - offered}"
        for control in controls:
            self.values[id(control)] = str(control.get("value", "on")) in wanted

    def _named(self, name: str) -> list[Tag]:
        found = [one for one in self.controls if one.get("name") == name and one.name != "button"]
        assert found, f"the form of {self.seen.url} has no {name!r}, only {self.names}"
        return found

    def _button(self, wanted: str | None) -> Tag | None:
        buttons = [
            one
            for one in self.controls
            if (one.name == "button" and one.get("type", "submit") == "submit")
            or (one.name == "input" and one.get("type") in ("submit", "image"))
        ]
        if wanted is None:
            return buttons[0] if buttons else None
        for one in buttons:
            if wanted in (words(one), one.get("value"), one.get("name"), one.get("aria-label")):
                return one
        raise AssertionError(
            f"no button {wanted!r}, only {[words(one) or one.get('value') for one in buttons]}"
        )

    @staticmethod
    def _is_disabled(one: Tag) -> bool:
        return one.has_attr("disabled") or any(
            parent.has_attr("disabled") for parent in one.parents if parent.name == "fieldset"
        )


def words(tag: Tag) -> str:
    """What is written there, with single spaces; hidden parts, scripts and styles are not written."""
    return " ".join("".join(_written(tag)).split())


def _written(tag: Tag) -> Iterator[str]:
    for child in tag.children:
        if type(child) is NavigableString:
            yield str(child)
        elif isinstance(child, Tag) and child.name not in UNWRITTEN and not child.has_attr("hidden"):
            space = "" if child.name in INLINE else " "
            yield space
            yield from _written(child)
            yield space


def option_value(option: Tag) -> str:
    return str(option["value"]) if option.has_attr("value") else words(option)


def path_of(here: str, target: str) -> str:
    """A link on the page `here` as a path with its query."""
    whole = urlsplit(urljoin(HOST + here, target))
    return whole.path + (f"?{whole.query}" if whole.query else "")


# --- what every page owes its reader ---


def page_problems(seen: Seen) -> list[str]:
    """Everything that is wrong with a page on which no page may be wrong."""
    checks = (_headers, _document, _labels, _references, _own_content_only, _links, _wording)
    return [problem for check in checks for problem in check(seen)]


def _headers(seen: Seen) -> Iterator[str]:
    headers = seen.response.headers
    if headers.get("Content-Type", "").replace(" ", "").lower() != "text/html;charset=utf-8":
        yield f"is sent as {headers.get('Content-Type')}"
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe-" in policy or "http:" in policy or "https:" in policy:
        yield f"content security policy: {policy or 'none'}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "nosniff is missing"
    if headers.get("Referrer-Policy") not in ("no-referrer", "same-origin", "strict-origin"):
        yield f"referrer policy: {headers.get('Referrer-Policy')}"
    if "no-store" not in headers.get("Cache-Control", "") and _endpoint(seen, seen.url, "GET") not in PUBLIC:
        yield f"may be cached: {headers.get('Cache-Control')}"


def _document(seen: Seen) -> Iterator[str]:
    lines = seen.html.splitlines() or [""]
    for (line, column), code, data in seen.mistakes:
        around = lines[min(line, len(lines)) - 1].strip()
        yield f"HTML, line {line}:{column}: {code} {data or ''} in {around[:160]}"
    if seen.one("html").get("lang") != "vi":
        yield "lang is not vi"
    titles = [words(one) for one in seen.named("title") if one.parent.name == "head"]
    if len(titles) != 1 or not titles[0]:
        yield f"titles: {titles}"
    first = seen.named("h1")
    if len(first) != 1 or not words(first[0]):
        yield f"h1: {seen.texts('h1')}"
    if len(seen.named("main")) != 1:
        yield f"{len(seen.named('main'))} main elements"
    if not any(tag.get("name") == "viewport" for tag in seen.named("meta")):
        yield "no viewport"
    level = 0
    for heading in seen.named("h1", "h2", "h3", "h4", "h5", "h6"):
        this = int(heading.name[1])
        if level and this > level + 1:
            yield f"heading level {level} is followed by {this}: {words(heading)}"
        level = this


def _labels(seen: Seen) -> Iterator[str]:
    for control in seen.named("input", "select", "textarea"):
        if control.get("type") not in UNLABELLED_TYPES and not _is_labelled(seen, control):
            yield f"no label: {_tag(control)}"
    for button in seen.named("button", "a", "summary"):
        if button.name == "a" and not button.has_attr("href"):
            continue
        if not (words(button) or button.get("aria-label") or button.select("img[alt]:not([alt=''])")):
            yield f"says nothing: {_tag(button)}"
    for image in seen.named("img"):
        if not image.has_attr("alt"):
            yield f"no alt: {_tag(image)}"
    for table in seen.named("table"):
        if not (table.find("caption") or table.get("aria-label") or table.get("aria-labelledby")):
            yield f"table without a caption: {words(table)[:60]}"
    for group in seen.named("fieldset"):
        if not (
            group.find("legend", recursive=False) or group.get("aria-label") or group.get("aria-labelledby")
        ):
            yield f"fieldset without a legend: {words(group)[:60]}"


def _is_labelled(seen: Seen, control: Tag) -> bool:
    if control.get("aria-label") or control.get("aria-labelledby"):
        return True
    if control.get("id") and any(
        words(one) for one in seen.named("label") if one.get("for") == control["id"]
    ):
        return True
    return any(parent.name == "label" and words(parent) for parent in control.parents)


def _references(seen: Seen) -> Iterator[str]:
    ids = [str(tag["id"]) for tag in seen.having("id")]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"id {twice} is given {ids.count(twice)} times"
    for attribute in POINTERS:
        for tag in seen.having(attribute):
            value = tag[attribute]
            for target in value if isinstance(value, list) else str(value).split():
                if target not in ids:
                    yield f"{attribute} points to {target}, which is not there: {_tag(tag)}"
    for tag in seen.having("href"):
        if (
            str(tag["href"]).startswith("#")
            and tag["href"] not in ("#", "#top")
            and str(tag["href"])[1:] not in ids
        ):
            yield f"link to {tag['href']}, which is not there"


def _own_content_only(seen: Seen) -> Iterator[str]:
    policy = seen.response.headers.get("Content-Security-Policy", "")
    for tag in seen.named("script"):
        is_ours = tag.has_attr("nonce") and f"'nonce-{tag['nonce']}'" in policy
        if not tag.has_attr("src") and tag.get("type") != "application/json" and not is_ours:
            yield f"inline script: {words(tag)[:60]}"
    for tag in seen.named("style") + seen.having("style"):
        yield f"inline style: {_tag(tag)}"
    for tag in seen.tags:
        for name, value in tag.attrs.items():
            if name.startswith("on"):
                yield f"handler in the page: {_tag(tag)}"
            if name in ADDRESSES and re.search(
                r"(^|,\s*)\s*(?!otpauth:)([a-z][a-z0-9+.-]*:)?//|^\s*(javascript|data):", str(value), re.I
            ):
                yield f"outside address: {_tag(tag)}"


def _links(seen: Seen) -> Iterator[str]:
    for tag in seen.named("a", "link", "script", "img", "source", "form"):
        target = tag.get("href") or tag.get("src") or tag.get("action") or ""
        if not target and tag.name != "form":
            continue
        if str(target).startswith(("#", "tel:", "mailto:", "otpauth:")) or "//" in str(target)[:9]:
            continue
        method = str(tag.get("method", "get")).upper() if tag.name == "form" else "GET"
        path = path_of(seen.url, str(target) or seen.url)
        if _endpoint(seen, path, method) is None:
            yield f"leads nowhere: {method} {path}"


def _endpoint(seen: Seen, path: str, method: str) -> str | None:
    adapter = seen.page.client.application.url_map.bind("localhost")
    try:
        return adapter.match(path.split("?")[0], method=method)[0]
    except (HTTPException, RequestRedirect):
        return None


def _wording(seen: Seen) -> Iterator[str]:
    if not unicodedata.is_normalized("NFC", seen.html):
        yield "is not in NFC"
    said = words(seen.one("body"))
    for leak in (
        "{{",
        "}}",
        "{%",
        "%}",
        "Undefined",
        " object at 0x",
        "<bound method",
        "datetime.",
        "Decimal(",
    ):
        if leak in said:
            yield f"shows {leak!r}"
    for text in seen.one("body").find_all(string=re.compile(r"^\s*(None|True|False|nan|null)\s*$")):
        if text.parent.name not in ("script", "template"):
            yield f"shows {text.strip()!r} in {_tag(text.parent)}"


def _tag(tag: Tag) -> str:
    """The opening tag, for messages."""
    shown = " ".join(
        f'{name}="{" ".join(value) if isinstance(value, list) else value}"'
        for name, value in tag.attrs.items()
    )
    return f"<{tag.name} {shown}>"[:160]
