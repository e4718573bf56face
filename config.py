"""Settings, all from the environment. `load()` reads them, `check()` refuses a half-configured production."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).parent
INSTANCE = ROOT / "instance"


class Misconfigured(SystemExit):
    """The settings can't be used: the program ends with the message, which says which one and what to do."""


@dataclass(frozen=True)
class Config:
    """Every setting of the log. The name of the environment variable is the name of the field."""

    DATABASE_URL: str = f"sqlite:///{INSTANCE / 'patrol.db'}"
    SECRET_KEY: str = ""
    MEDIA_DIR: str = str(INSTANCE / "media")
    BACKUP_DIR: str = str(INSTANCE / "backups")
    BACKUP_HOUR: int = 2  # of the local day: when `make serve` makes the daily backup
    BACKUP_DAYS: int = 30  # how many daily backups are kept; others are never removed
    PATROL_ENV: str = "production"  # production | test
    PUBLIC_URL: str = ""  # the https address phones use, for links, the health page and the certificate page
    CA_FILE: str = ""  # the root certificate phones have to install, when it is one of our own
    METRICS_TOKEN: str = ""  # who sends it as a bearer token may read /metrics; empty: nobody
    HTTPS: bool = False  # the pages are reached by https only: secure cookies
    TRUSTED_PROXIES: int = 0  # how many proxies in front set X-Forwarded-For, -Proto and -Host
    SESSION_IDLE_MINUTES: int = 30  # after that the password is asked again; what was typed is kept
    SESSION_HOURS: int = 12  # a session never lives longer, idle or not
    SECOND_FACTOR: str = "offered"  # required | offered | off; `make serve` requires it unless told otherwise
    PASSWORD_MIN_LENGTH: int = 10
    PASSWORD_ALONE_MIN_LENGTH: int = 10  # of whoever has no second factor
    PASSWORD_ALONE_KINDS: int = (
        1  # so many of lower case, capitals, digits and others, without a second factor
    )
    PASSWORD_HISTORY: int = 10  # so many of one's last passwords can't be taken again
    PASSWORD_ADMIN_DAYS: int = 60  # then an administrator has to change his password; 0: never
    ACCOUNT_IDLE_DAYS: int = 45  # an account nobody signed in to for so long is off; 0: never
    UPLOAD_MAX_MB: int = 20
    GPX_MAX_MB: int = 15
    GPX_MAX_POINTS: int = 150_000
    PHOTO_MAX_MB: int = 12
    PHOTO_MAX_MEGAPIXELS: int = 50
    ARGON2_TIME_COST: int = 3
    PHONE_OFFLINE: bool = True  # off: /sw.js takes the worker away from every phone; what they hold stays
    SIGN_IN_PER_MINUTE: int = 60  # tries from one address, each process for itself; 0: any number
    UPLOADS_PER_MINUTE: int = 60  # sendings of files from one session
    SYNC_PER_MINUTE: int = 600  # requests of one phone
    AUDIT_SEAL_SECONDS: int = 5  # how often the running log seals new lines of the audit trail
    MAP_TILES_URL: str = ""  # https://…/{z}/{x}/{y}.png; empty: land, sea and names of our own
    MAP_MBTILES: str = ""  # a file of raster tiles on this machine, shown instead
    MAP_BOUNDARIES: str = ""  # a GeoJSON file with the borders the organisation wants to see
    MAP_CREDIT: str = ""  # whose tiles or borders they are, as their licence wants it said on the map

    @property
    def database_uri(self) -> str:
        """DATABASE_URL in the spelling SQLAlchemy wants (psycopg 3 for PostgreSQL)."""
        for plain in ("postgres://", "postgresql://"):
            if self.DATABASE_URL.startswith(plain):
                return "postgresql+psycopg://" + self.DATABASE_URL.removeprefix(plain)
        return self.DATABASE_URL

    def flask(self) -> dict[str, object]:
        """What Flask and its extensions read."""
        return {
            "SECRET_KEY": self.SECRET_KEY,
            "SQLALCHEMY_DATABASE_URI": self.database_uri,
            "SESSION_COOKIE_NAME": "so_tuan_tra",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": self.HTTPS,
            "MAX_CONTENT_LENGTH": self.UPLOAD_MAX_MB * 2**20,
            "MAX_FORM_MEMORY_SIZE": 2 * 2**20,
            "MAX_FORM_PARTS": 5000,
            "TESTING": self.PATROL_ENV == "test",
            "PATROL": self,
        }


def load(env: Mapping[str, str] = os.environ) -> Config:
    """Read the settings from `env`, check them, and return them. Raises Misconfigured."""
    given: dict[str, object] = {}
    for field in fields(Config):
        raw = env.get(field.name)
        if raw is None or raw == "":
            continue
        given[field.name] = _convert(field.name, raw, type(field.default))
    config = Config(**given)  # type: ignore[arg-type]
    check(config)
    return config


def _convert(name: str, raw: str, kind: type) -> object:
    if kind is bool:
        return raw.strip().lower() in {"1", "true", "yes", "on"}
    if kind is int:
        try:
            return int(raw)
        except ValueError as wrong:
            raise Misconfigured(f"{name} phải là một số nguyên, đang là {raw!r}.") from wrong
    return raw


def check(config: Config) -> None:
    """Refuse to start on settings that would be unsafe or can't work. Raises Misconfigured."""
    if len(config.SECRET_KEY) < 16:
        raise Misconfigured(
            "SECRET_KEY chưa đặt hoặc ngắn hơn 16 ký tự: không có khoá này thì ai cũng có thể giả phiên đăng nhập. "
            f"Đặt biến môi trường SECRET_KEY, ví dụ: SECRET_KEY={secrets.token_urlsafe(32)}"
        )
    for name in ("MAP_MBTILES", "MAP_BOUNDARIES"):
        path = getattr(config, name)
        if path and not Path(path).is_file():
            raise Misconfigured(f"{name} phải là đường dẫn của một tệp đang có; không thấy {path!r}.")
    tiles = config.MAP_TILES_URL
    if tiles and not (
        tiles.startswith(("https://", "http://", "/")) and re.search(r"\{z\}.*\{[xy]\}", tiles)
    ):
        raise Misconfigured(
            "MAP_TILES_URL phải là địa chỉ có {z}, {x}, {y}, ví dụ https://bando.donvi.vn/{z}/{x}/{y}.png; "
            f"đang là {tiles!r}."
        )
    if config.SECOND_FACTOR not in {"required", "offered", "off"}:
        raise Misconfigured(
            f"SECOND_FACTOR chỉ nhận required, offered hoặc off, đang là {config.SECOND_FACTOR!r}."
        )
    if not -1 <= config.BACKUP_HOUR <= 23:
        raise Misconfigured(
            f"BACKUP_HOUR chỉ nhận 0 đến 23, hoặc -1 để không tự sao lưu, đang là {config.BACKUP_HOUR}."
        )
    if config.PATROL_ENV not in {"production", "test"}:
        raise Misconfigured(f"PATROL_ENV chỉ nhận production hoặc test, đang là {config.PATROL_ENV!r}.")
