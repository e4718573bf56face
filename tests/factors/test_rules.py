"""Codes of an authenticator: as RFC 6238 says, each once, and only about now."""

from datetime import UTC, datetime, timedelta

import pytest

from patrol.factors.rules import (
    address_of,
    code_at,
    digest_of,
    matching_step,
    new_recovery_codes,
    secret_of,
    step_of,
    tidy,
    written,
)

SECRET = b"12345678901234567890"
NOW = datetime(2026, 2, 5, 14, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_examples_of_the_rfc(second, code):
    moment = datetime.fromtimestamp(second, UTC)
    assert code_at(SECRET, step_of(moment), digits=8) == code
    assert code_at(SECRET, step_of(moment)) == code[-6:]


@pytest.mark.parametrize(
    ("late", "is_taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_the_clock_of_a_phone_may_be_half_a_minute_off(late, is_taken):
    code = code_at(SECRET, step_of(NOW + timedelta(seconds=late)))
    assert (matching_step(SECRET, code, now=NOW, after=0) is not None) == is_taken


def test_a_step_that_was_used_and_all_before_it_are_over():
    here = step_of(NOW)
    codes = [code_at(SECRET, step) for step in (here - 1, here, here + 1)]
    found = [matching_step(SECRET, code, now=NOW, after=here) for code in codes]
    assert found == [None, None, here + 1]


def test_secrets_differ_between_people_salts_and_installations():
    made = {secret_of(key, who, salt) for key in ("một", "hai") for who in (1, 2) for salt in ("a", "b")}
    assert len(made) == 8
    assert {len(secret) for secret in made} == {20}
    assert digest_of("một", 1, "0" * 12) != digest_of("một", 2, "0" * 12) != digest_of("hai", 2, "0" * 12)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123 456", "123456"),
        (" 1234-5678.9012 ", "123456789012"),
        ("12345a", ""),
        ("", ""),
        ("１２３", ""),
        ("1" * 99, "1" * 40),
    ],
)
def test_a_code_may_be_typed_in_groups(typed, code):
    assert tidy(typed) == code


def test_recovery_codes_are_different_and_typed_with_the_number_pad():
    codes = new_recovery_codes()
    assert len(set(codes)) == 8
    assert all(len(code) == 12 and code.isdecimal() for code in codes)


def test_the_address_in_the_drawing_names_us_and_the_account():
    address = address_of(SECRET, "hung.nv")
    assert written(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert address == (
        "otpauth://totp/Tuy%E1%BA%BFn%20bi%E1%BB%83n%20b%C3%ACnh%20y%C3%AAn:hung.nv"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tuy%E1%BA%BFn%20bi%E1%BB%83n%20b%C3%ACnh%20y%C3%AAn"
    )
