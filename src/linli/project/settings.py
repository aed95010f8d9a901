"""Settings. Demo and production differ in data and in these values only; docs/operate.md lists the variables."""

from __future__ import annotations

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog

from . import statics
from .engines import databases

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("LINLI_DATA", "var/data")).resolve()
DEMO = os.environ.get("LINLI_DEMO") == "1"


def _kept_secret(variable: str, file: str, make: Any) -> str:
    """A secret from the environment, or one made once and kept in the data directory, readable by us alone."""
    if value := os.environ.get(variable):
        return value
    path = DATA / "secrets" / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        try:
            os.link(fresh, path)  # whoever comes first wins; a link never replaces
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def _fernet_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def _vapid_key() -> str:
    from linli.kernel.notices.vapid import make

    return make()


SECRET_KEY = _kept_secret("LINLI_SECRET_KEY", "secret-key", lambda: secrets.token_urlsafe(48))
LINLI_COLUMN_KEYS = _kept_secret("LINLI_COLUMN_KEYS", "column-keys", _fernet_key).split(",")
LINLI_INDEX_KEY = _kept_secret("LINLI_INDEX_KEY", "index-key", lambda: secrets.token_urlsafe(32))

DEBUG = os.environ.get("LINLI_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("LINLI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LINLI_ORIGINS", "").split(",") if o]
_HTTPS = os.environ.get("LINLI_HTTPS") == "1"

# The scenes that are here, and those this installation runs; adding one is its folder and a line here. One that has an apps.py
# has tables of its own.
_SCENES = ("city_management", "public_safety", "self_governance", "party_building")
SCENES_HERE = [f"linli.scenes.{scene}" for scene in _SCENES]
SCENES = os.environ.get("LINLI_SCENES", ",".join(SCENES_HERE)).split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "linli.kernel.catalogue",
    "linli.kernel.audit",
    "linli.kernel.files",
    "linli.kernel.clock",
    "linli.kernel.places",
    "linli.kernel.people",
    "linli.kernel.messages",
    "linli.kernel.duty",
    "linli.kernel.displays",
    "linli.kernel.things",
    "linli.kernel.readings",
    "linli.kernel.matters",
    "linli.kernel.registers",
    "linli.kernel.reports",
    "linli.kernel.triage",
    "linli.kernel.operations",
    "linli.kernel.points",
    "linli.kernel.emergencies",
    "linli.kernel.notices",
    "linli.kernel.figures",
    "linli.kernel.datasets",
    "linli.kernel.signs",
    *(scene for scene in SCENES if find_spec(f"{scene}.apps") is not None),
    "linli.parts",
    "linli.screens.door",
    "linli.screens.phone",
    "linli.screens.desk",
    "linli.screens.command",
    "linli.screens.board",
    "linli.screens.tv",
    "linli.gateways.open311",
    "linli.gateways.devices",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # of a length that says nothing about what is in it (BREACH)
    "linli.project.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.project.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "linli.project.middleware.csrf",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "linli.project.middleware.pages",
    "linli.project.middleware.actor",
    "linli.project.middleware.refusals",
]

ROOT_URLCONF = "linli.project.urls"
WSGI_APPLICATION = "linli.project.wsgi.application"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["linli.kernel.people.backend.Backend"]
LOGIN_URL = "/account/signin/"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "linli.parts.jinja.environment",
            "context_processors": ["linli.parts.jinja.context"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": databases()}
DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
# What access.prepared prepares has one best plan for all values; left to itself PostgreSQL plans some of it anew at every
# call, two or three times the work of answering. Only prepared statements and functions heed this.
_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
_OPTIONS["options"] = f"{_OPTIONS.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "linli.kernel.people.sessions"
SESSION_COOKIE_NAME = "linli_session"
SESSION_COOKIE_AGE = 8 * 3600  # idle time; a resident's is set longer at sign-in, see people/sessions.py
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
X_FRAME_OPTIONS = "DENY"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "linli.kernel.people.policy.ThreeKinds"},
]

# How many proxies of ours stand before the web process: so many entries of X-Forwarded-For are believed.
LINLI_PROXIES = int(os.environ.get("LINLI_PROXIES", "0"))
# The SMS provider: a TOML file (docs/operate.md). Empty in a demo shows codes on the page instead.
LINLI_SMS = os.environ.get("LINLI_SMS", "")
LINLI_SMS_SENDER = "linli.gateways.sms.outbound.send" if LINLI_SMS else ""
# Where people reach us from outside, for links in messages: "https://linli.example". Empty: messages carry none.
LINLI_URL = os.environ.get("LINLI_URL", "")
# The pages a reminder leads to: one notice, the end of reminders of its topic, and somebody's own messages. Beneath, nobody
# knows the screens.
LINLI_NOTICE_PAGE, LINLI_NOTICE_OFF_PAGE = "phone:notice", "phone:notices_off"
LINLI_MESSAGES_PAGE = "phone:messages"

# Web push: our key (RFC 8292), whom a push service may write to ("mailto:…" or "https://…"; without it push is off, but
# for a demo), and services beside those of the browsers.
LINLI_VAPID_KEY = _kept_secret("LINLI_VAPID_KEY", "vapid-key", _vapid_key)
LINLI_PUSH_CONTACT = os.environ.get("LINLI_PUSH_CONTACT", "https://linli.example" if DEMO else "")
LINLI_PUSH_SENDER = "linli.gateways.push.outbound.send" if LINLI_PUSH_CONTACT else ""
LINLI_PUSH_SERVICES = tuple(s for s in os.environ.get("LINLI_PUSH_SERVICES", "").split(",") if s)

# What reads a dead letter's payload again: beneath, nobody knows the languages of devices.
LINLI_FORM_READER = "linli.gateways.xlsform.inbound.read"
LINLI_READER = "linli.gateways.devices.replaying.read"

# Where tables of data sets may be fetched from: "data.example" is https there, "http://10.0.0.7:8080" is said whole. Nothing
# where nothing is said, so that nobody lets the worker ask what only the machine itself should reach.
LINLI_FETCH_HOSTS = os.environ.get("LINLI_FETCH_HOSTS", "")

# The place whose public matters Open311 shows: a code of 4, 6, 9 or 12 digits. Empty: every city there is.
LINLI_OPEN311_SCOPE = os.environ.get("LINLI_OPEN311_SCOPE", "")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
# Rooms that are no Django app keep their English beside them all the same.
LOCALE_PATHS = [
    PACKAGE / "project/locale",
    PACKAGE / "kernel/access/locale",
    *PACKAGE.glob("gateways/*/locale"),
    PACKAGE / "scenes/locale",
]
USE_TZ = True
TIME_ZONE = os.environ.get("LINLI_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = statics.root(DATA)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": statics.storage(STATIC_ROOT)},
}
WHITENOISE_USE_FINDERS = STORAGES["staticfiles"]["BACKEND"] == statics.PLAIN
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ADD_HEADERS_FUNCTION = statics.headers

LINLI_FILES = Path(os.environ.get("LINLI_FILES", DATA / "files"))
# Where pages open their live stream; empty means the web port plus one on the same host.
LINLI_LIVE_URL = os.environ.get("LINLI_LIVE_URL", "")
# A certificate (with its chain) and its key: devices may speak TLS on a port of its own. Files, in PEM.
LINLI_INTAKE_CERT = os.environ.get("LINLI_INTAKE_CERT", "")
LINLI_INTAKE_KEY = os.environ.get("LINLI_INTAKE_KEY", "")
# A broker that stands already, and which of its topics are readings; +key is where a device's key stands.
LINLI_BRIDGE_URL = os.environ.get("LINLI_BRIDGE_URL", "")
LINLI_BRIDGE_TOPICS = os.environ.get("LINLI_BRIDGE_TOPICS", "sensors/+key/data")
# Who may be signed in as in a demo, for the start page: a function that lists them.
LINLI_DEMO_ACCOUNTS = "linli.project.demo.accounts" if DEMO else ""
# As whom each screen is opened from the start page in a demo: a function that lists them.
LINLI_DEMO_SCREENS = "linli.project.demo.screens" if DEMO else ""
# What the demo's panel can start: a module that offers it (screens/desk/views/panel.py).
LINLI_DEMO_PANEL = "linli.project.demo.fleet.panel" if DEMO else ""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Where a fault was, and not what everything was called there: a traceback with the local variables of each frame, as
# structlog shows it where rich is installed, writes secrets and what people's devices said into the log, and a nested
# payload as hundreds of thousands of lines.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LINLI_LOG", "WARNING")},
}
