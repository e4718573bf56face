"""What a finding is counted in."""

from patrol.findings.rules import stated_measures


def test_the_main_unit_counts_the_finding_itself_and_the_others_are_unknown():
    assert stated_measures({}, ("cases", "subjects")) == {"cases": 1, "subjects": None}
    assert stated_measures({}, ("sites",)) == {"sites": 1}


def test_a_written_number_stands_and_zero_is_a_number():
    assert stated_measures({"cases": 2, "subjects": 0}, ("cases", "subjects")) == {"cases": 2, "subjects": 0}


def test_an_unknown_number_does_not_hide_the_finding():
    assert stated_measures({"cases": None, "subjects": None}, ("cases", "subjects")) == {
        "cases": 1,
        "subjects": None,
    }


def test_units_beyond_the_catalogue_are_kept():
    assert stated_measures({"grams": 2.5}, ("cases", "subjects")) == {
        "cases": 1,
        "subjects": None,
        "grams": 2.5,
    }
    assert stated_measures({"grams": None}, ("cases",)) == {"cases": 1}
    assert stated_measures({}, ()) == {}
