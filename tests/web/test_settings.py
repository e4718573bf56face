"""Settings come from the environment; what would be unsafe or can't work refuses to start, and says why."""

import pytest

import config

GOOD = {"SECRET_KEY": "x" * 16}


def refusal(**env: str) -> str:
    with pytest.raises(config.Misconfigured) as refused:
        config.load({**GOOD, **env})
    return str(refused.value)


@pytest.mark.parametrize("secret", [None, "", "x", "x" * 15])
def test_without_a_secret_it_refuses_to_start_and_says_what_to_do(secret):
    with pytest.raises(SystemExit) as refused:
        config.load({} if secret is None else {"SECRET_KEY": secret})
    said = str(refused.value)
    assert "SECRET_KEY chưa đặt hoặc ngắn hơn 16 ký tự" in said
    assert "ai cũng có thể giả phiên đăng nhập" in said
    assert len(said.rpartition("SECRET_KEY=")[2]) >= 32


def test_every_refusal_offers_a_secret_of_its_own():
    said = {refusal(SECRET_KEY="short").rpartition("SECRET_KEY=")[2] for _ in range(5)}
    assert len(said) == 5


def test_with_nothing_but_a_secret_the_defaults_hold():
    loaded = config.load(GOOD)
    assert (loaded.PATROL_ENV, loaded.HTTPS, loaded.SESSION_IDLE_MINUTES) == ("production", False, 30)
    assert (loaded.SESSION_HOURS, loaded.PASSWORD_MIN_LENGTH) == (12, 10)
    assert loaded.database_uri.startswith("sqlite:////")


def test_an_empty_setting_is_one_that_was_not_given():
    assert config.load({**GOOD, "SESSION_HOURS": "", "DATABASE_URL": ""}) == config.load(GOOD)


def test_a_number_is_read_and_what_is_none_is_refused_by_name():
    assert config.load({**GOOD, "SESSION_HOURS": "8"}).SESSION_HOURS == 8
    for typed in ("tám", "8.5", "8 giờ"):
        assert refusal(SESSION_HOURS=typed) == f"SESSION_HOURS phải là một số nguyên, đang là {typed!r}."


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("1", True),
        ("true", True),
        ("Yes", True),
        (" ON ", True),
        ("0", False),
        ("false", False),
        ("no", False),
    ],
)
def test_a_switch_is_read(typed, means):
    loaded = config.load({**GOOD, "HTTPS": typed})
    assert loaded.HTTPS is means
    assert loaded.flask()["SESSION_COOKIE_SECURE"] is means


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:////srv/patrol.db", "sqlite:////srv/patrol.db"),
    ],
)
def test_the_address_of_the_database_is_spelt_for_the_driver(given, used):
    loaded = config.load({**GOOD, "DATABASE_URL": given})
    assert loaded.database_uri == used
    assert loaded.flask()["SQLALCHEMY_DATABASE_URI"] == used


def test_the_kind_of_running_is_production_or_test():
    assert config.load({**GOOD, "PATROL_ENV": "test"}).flask()["TESTING"] is True
    assert config.load({**GOOD, "PATROL_ENV": "production"}).flask()["TESTING"] is False
    assert "PATROL_ENV chỉ nhận production hoặc test" in refusal(PATROL_ENV="development")


def test_the_work_of_a_password_is_what_the_setting_says(databases):
    from patrol.accounts import services

    with databases.app(databases.empty("sqlite")):
        assert services._hasher.time_cost == 1
        assert config.load(GOOD).ARGON2_TIME_COST == 3


def test_the_size_of_what_is_sent_has_an_end():
    assert config.load({**GOOD, "UPLOAD_MAX_MB": "2"}).flask()["MAX_CONTENT_LENGTH"] == 2 * 2**20
