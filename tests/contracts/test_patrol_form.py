"""The rules of the form, as the server has them; tests/js runs the same file against the rules of the phone."""

import json
from pathlib import Path

import pytest

from patrol.errors import Invalid
from patrol.logbook.forms import parse_log
from patrol.patrols.rules import Choices
from patrol.wording import say

CONTRACT = json.loads(Path(__file__).with_name("patrol_form.json").read_text(encoding="utf-8"))
LISTS = CONTRACT["lists"]
CHOICES = Choices(
    force_of={int(unit): force for unit, force in LISTS["units"].items()},
    lead_unit_ids=frozenset(LISTS["lead_unit_ids"]),
    stretch_ids=frozenset(LISTS["stretch_ids"]),
    programme_ids=frozenset(LISTS["programme_ids"]),
    leader_ids=frozenset(LISTS["leader_ids"]),
)


def verdict(tree):
    try:
        parse_log(tree, choices=CHOICES, counted_in=LISTS["categories"])
    except Invalid as wrong:
        return wrong.fields
    return {}


@pytest.mark.parametrize("case", CONTRACT["cases"], ids=lambda case: case["name"])
def test_the_form_judges_as_the_contract_says(case):
    assert verdict(case["input"]) == case["verdict"]


def test_every_case_has_a_name_of_its_own_and_every_code_a_sentence():
    names = [case["name"] for case in CONTRACT["cases"]]
    codes = {code for case in CONTRACT["cases"] for code in case["verdict"].values()}
    assert len(set(names)) == len(names)
    assert all(say(code) for code in codes)
