"""Vietnamese text: kept clean, found without accents."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from patrol.text import clean, folded

THOROUGH = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Bãi   Bụt ", "Bãi Bụt"),
        ("Bãi\tBụt", "Bãi Bụt"),
        ("Bãi\u00a0Bụt", "Bãi Bụt"),
        ("Bãi\u2028Bụt", "Bãi Bụt"),
        ("Ba\u0303i Bu\u0323t", "Bãi Bụt"),
        ("một\r\nhai\rba", "một\nhai\nba"),
        ("một \n  hai\n\n", "một\nhai"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("sóng 🌊 3 m²", "sóng 🌊 3 m²"),
        ("\x00\t \n", ""),
    ],
)
def test_text_is_kept_clean(typed, kept):
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("text", "found_by"),
    [
        ("Đánh bạc", "danh bac"),
        ("ĐỒN BIÊN PHÒNG CỬA ĐẠI", "don bien phong cua dai"),
        ("đường", "duong"),
        ("Thượng uý  Nguyễn\nVăn Ơn", "thuong uy nguyen van on"),
        ("Ba\u0303i Bu\u0323t", "bai but"),
        ("km 4,1", "km 4,1"),
        ("", ""),
    ],
)
def test_text_is_found_without_accents(text, found_by):
    assert folded(text) == found_by


@THOROUGH
@given(st.text())
def test_cleaning_twice_changes_nothing_and_leaves_nothing_a_database_refuses(text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not [char for char in once if char != "\n" and unicodedata.category(char)[0] == "C"]


@THOROUGH
@given(st.text())
def test_what_was_cleaned_is_found_by_what_was_typed(text):
    assert folded(folded(text)) == folded(text)
    assert "đ" not in folded(text)
