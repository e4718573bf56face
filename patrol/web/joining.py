"""Our modules and styles joined into one text, for pages that would wait long for many files. Pure.

Only the forms our modules use are understood: named and default imports by a relative address, and `export` before a
function, class or const. Anything else is refused, so what is joined does what its modules do or is not made.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

IMPORT = re.compile(
    r"^import\s+(?:(?P<whole>[\w$]+)|\{(?P<names>[\w$\s,]*)\})\s+from\s+'(?P<address>\.[^'\n]+)';$", re.M
)
EXPORT = re.compile(
    r"^export\s+(?P<default>default\s+)?(?P<kind>(?:async\s+)?function\s*\*?|class|const)\s+(?P<name>[\w$]+)",
    re.M,
)
NOT_UNDERSTOOD = re.compile(
    r"^[ \t]*(?:import|export)\b(?!\s*:).*|\bimport\s*[(.].*|^await\b.*"  # other forms of a module
    r"|</script.*|</style.*|<!--.*"  # would end the element it stands in
    r"|^[^`\n]*`(?:[^`\n]*`[^`\n]*`)*[^`\n]*$",  # a text over several lines, in which an indent means something
    re.M | re.I,
)
AT_HOME = re.compile(
    r"\bimport\('\./[^'\n/]+'\)|\bimport\.meta\.url\b"
)  # says the same where the joined file stands
REMARK = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.M | re.S)  # only where it fills its lines
INDENT = re.compile(r"^[ \t]+|^\n", re.M)
PICTURE = re.compile(r"""url\(["']\.\./([^"']+)["']\)""")


class NotJoined(ValueError):
    """A file says something that is not understood here, or two modules need each other."""


def script_of(entry: str, files: Mapping[str, bytes]) -> str:
    """One plain script that does at once what the module `entry` and everything it imports do."""
    order = in_order(entry, files)
    inside = "".join(_as_function(name, order, files) for name in order)
    return f'(() => {{\n"use strict";\n{inside}}})();\n'


def module_of(entry: str, files: Mapping[str, bytes]) -> str:
    """One module that is what `entry` and everything it imports are, to be served from the folder of `entry`.

    There, and only there, a module may also fetch a neighbour later, `import('./one.js')`, or say `import.meta.url`.
    """
    order = in_order(entry, files)
    home = PurePosixPath(entry).parent
    inside = "".join(
        _as_function(name, order, files, at_home=PurePosixPath(name).parent == home) for name in order
    )
    given = list(_given(files[entry].decode()))
    if "default" in given:
        raise NotJoined(f"{entry}: a joined module exports names only")
    return f"{inside}export const {{ {', '.join(given)} }} = m{order.index(entry)};\n"


def styles_of(names: Iterable[str], files: Mapping[str, bytes], address: Mapping[str, str]) -> str:
    """The stylesheets one after another; `address` says where a picture they name by `../` is served."""
    text = "".join(_bare(name, files[name].decode()) for name in names)
    return PICTURE.sub(lambda found: f'url("{address[found[1]]}")', text)


def in_order(entry: str, files: Mapping[str, bytes]) -> list[str]:
    """`entry` and every module it imports, however far down, each after those it needs."""
    found: list[str] = []

    def visit(name: str, asking: tuple[str, ...]) -> None:
        if name in asking:
            raise NotJoined(f"{name} needs itself by way of {', '.join(asking)}")
        if name in found:
            return
        for one in IMPORT.finditer(files[name].decode()):
            visit(_meant(name, one["address"]), (*asking, name))
        found.append(name)

    visit(entry, ())
    return found


def _meant(name: str, address: str) -> str:
    """The file that a relative address inside `name` means."""
    path = PurePosixPath(name).parent
    for step in PurePosixPath(address).parts:
        path = path.parent if step == ".." else path / step
    return path.as_posix()


def _as_function(name: str, order: list[str], files: Mapping[str, bytes], *, at_home: bool = False) -> str:
    """A module as a function that runs at once and gives what the module exports."""
    source = REMARK.sub("", files[name].decode())
    taken = []
    for one in IMPORT.finditer(source):
        target = _meant(name, one["address"])
        names = _named(one)
        if missing := set(names) - set(_given(files[target].decode())):
            raise NotJoined(f"{name}: {target} does not export {', '.join(sorted(missing))}")
        inside = ", ".join(f"{theirs}: {ours}" for theirs, ours in names.items())
        taken.append(f"const {{ {inside} }} = m{order.index(target)};\n")
    given = ", ".join(f"{theirs}: {ours}" for theirs, ours in _given(source).items())
    body = _bare(name, EXPORT.sub(r"\g<kind> \g<name>", IMPORT.sub("", source)), at_home=at_home)
    return f"const m{order.index(name)} = (() => {{\n{''.join(taken)}{body}return {{ {given} }};\n}})();\n"


def _named(one: re.Match[str]) -> dict[str, str]:
    """What an import takes, as exported name → name here."""
    if one["whole"]:
        return {"default": one["whole"]}
    pairs = [each.split(" as ") for each in one["names"].split(",") if each.strip()]
    return {pair[0].strip(): pair[-1].strip() for pair in pairs}


def _given(source: str) -> dict[str, str]:
    """What a module exports, as exported name → name inside."""
    return {"default" if one["default"] else one["name"]: one["name"] for one in EXPORT.finditer(source)}


def _bare(name: str, source: str, *, at_home: bool = False) -> str:
    """Without the remarks and indents, which only readers need, and sure that all of it was understood."""
    text = REMARK.sub("", source if source.endswith("\n") else f"{source}\n")
    if found := NOT_UNDERSTOOD.search(AT_HOME.sub("", text) if at_home else text):
        raise NotJoined(f"{name}: {found[0].strip()}")
    return INDENT.sub("", text)
