"""Settings of every installation; all that differs is read from the environment.

``HUIJI_ENV`` is ``demo`` (the default: SQLite, local files, nothing to install), ``test`` or ``production``.
Production has no defaults for secrets: a missing one stops the start with a paragraph that says what to do.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env.str("HUIJI_ENV", default="demo")
if ENVIRONMENT not in {"demo", "test", "production"}:
    raise ImproperlyConfigured(f"HUIJI_ENV is {ENVIRONMENT!r}; it must be demo, test or production.")
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT == "demo"
RULEBOOK = env.str("RULEBOOK", default="") or "acg"  # which demo association; each has its own folder below


def required(name: str, meaning: str) -> str:
    """Read a setting that production cannot do without."""
    if value := env.str(name, default=""):
        return value
    raise ImproperlyConfigured(
        f"{name} is not set. It is {meaning}. Give it to every process as the environment variable {name}: "
        f"see docs/operations.md."
    )


def secret(name: str, purpose: str, *, fallback: str) -> str:
    """Read a secret, or the file that ``NAME_FILE`` names; only outside production may it be the ``fallback``."""
    if value := env.str(name, default=""):
        return value
    if path := env.str(f"{name}_FILE", default=""):
        return Path(path).read_text(encoding="utf-8").strip()
    if not PRODUCTION:
        return fallback
    raise ImproperlyConfigured(
        f"{name} is not set. It is {purpose}. Make one with\n\n"
        f"    python -c 'import secrets; print(secrets.token_urlsafe(48))'\n\n"
        f"and give it to every process as the environment variable {name}, or put it into a file that only the "
        f"service can read and give its path as {name}_FILE. Keep a copy with the backups: see docs/operations.md."
    )


def whole(name: str, *, default: int) -> int:
    """Read a whole number."""
    try:
        return env.int(name, default=default)
    except ValueError as fault:
        raise ImproperlyConfigured(
            f"{name} is {os.environ.get(name)!r}, but it must be a whole number like {default}. / "
            f"{name} 应为整数，例如 {default}。"
        ) from fault


# Where this installation keeps its files
DATA_DIR = Path(
    env.str("HUIJI_DATA_DIR", default=str(BASE_DIR / "var" / ("test" if ENVIRONMENT == "test" else RULEBOOK)))
)
FILES_DIR = DATA_DIR / "files"  # uploaded documents and rendered certificates, private
MAIL_DIR = DATA_DIR / "mail"  # the demo's outgoing mail
FONTS_DIR = Path(env.str("HUIJI_FONTS_DIR", default=str(BASE_DIR / "var" / "fonts")))  # built from the system's font

# Secrets
SECRET_KEY = secret("SECRET_KEY", "the key that signs sessions and links in mail", fallback="demo-only-" + "k" * 50)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # the old ones while a new one is taken up
IDENTITY_KEYS = secret(
    "IDENTITY_KEYS",
    "the key ring that encrypts identity numbers and papers (id:secret, comma-separated, the first one encrypts)",
    fallback="demo1:demo-only-identity-key",
)
IDENTITY_INDEX_KEY = secret(
    "IDENTITY_INDEX_KEY", "the key of the index that finds identity numbers", fallback="demo-only-identity-index-key"
)
CHECKPOINT_KEY = secret(
    "CHECKPOINT_KEY",
    "the seed of the key that signs the daily checkpoint of the history",
    fallback="demo-only-checkpoint",
)

DEBUG = False
HOST, PORT = env.str("HOST", default="127.0.0.1"), whole("PORT", default=8000)  # where `make run` listens
SITE_URL = (
    required("SITE_URL", "the address of the portal as people type it, for example https://members.example.org.cn")
    if PRODUCTION
    else env.str("SITE_URL", default=f"http://{'127.0.0.1' if HOST == '0.0.0.0' else HOST}:{PORT}")  # noqa: S104  compared
).rstrip("/")  # in QR codes and mail
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or ""] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

INSTALLED_APPS = [
    "portal",
    "servicepool",
    "admissions",
    "credit",
    "fees",
    "members",
    "association",
    "portal.desk.DeskConfig",  # django.contrib.admin with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "import_export",
    "django_htmx",
    "ninja",  # serves the API's documentation page from here, not from elsewhere
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.api.kept.KeptAnswers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.sessions.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.association",
            ],
        },
    }
]

# Database: SQLite in the data folder unless DATABASE_URL names another
DATABASE_URL = (
    required("DATABASE_URL", "the database, postgres://user:password@host:5432/huiji")
    if PRODUCTION
    else env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}"
)
DATABASES: dict[str, dict[str, Any]] = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = whole("DATABASE_CONN_MAX_AGE", default=0 if ENVIRONMENT == "test" else 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = (
    required(
        "REDIS_URL", "the broker of the background work and the cache that all processes share, redis://host:6379/0"
    )
    if PRODUCTION
    else env.str("REDIS_URL", default="")
)
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Background work. Rows are the truth, the broker is a hint: without Redis, a folder will do.
CELERY_BROKER_URL = REDIS_URL or "folder://localhost"  # portal.broker
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 600}
    if REDIS_URL
    else {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.2,
    }
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "hint again at waiting jobs": {"task": "association.sweep_jobs", "schedule": 30.0},
    "remind of what is due": {"task": "association.daily_duties", "schedule": crontab(minute=10, hour="8-20")},
    "bill anew where the year has changed": {"task": "fees.reconcile_awaited", "schedule": crontab(hour=0, minute=20)},
    "bill what waited for a fee standard": {"task": "admissions.await_fees", "schedule": crontab(minute=40)},
    "sign the history": {"task": "members.make_checkpoint", "schedule": crontab(hour=23, minute=50)},
    "seal the audit log": {"task": "association.seal_audit", "schedule": crontab(hour=23, minute=55)},
}

# Accounts, by django-allauth
AUTH_USER_MODEL = "association.User"
AUTHENTICATION_BACKENDS = ["portal.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a good hash is slow; tests are not
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.Adapter"
ACCOUNT_FORMS = {"login": "portal.accounts.LoginForm"}
ACCOUNT_EMAIL_NOTIFICATIONS = True  # the old address is told of what changed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds in which a login still counts as fresh for sensitive steps
RECOVERY_OBJECTION_WORKDAYS = whole("RECOVERY_OBJECTION_WORKDAYS", default=1)  # for the old address, at least 1
RECOVERY_LINK_HOURS = whole("RECOVERY_LINK_HOURS", default=24)
RECOVERY_REQUEST_DAYS = whole("RECOVERY_REQUEST_DAYS", default=30)  # then whoever still needs it asks anew
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Huiji"
MFA_ADAPTER = "portal.factor.Adapter"
MFA_FORMS = {"activate_totp": "portal.factor.ActivateForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = whole("TRUSTED_PROXY_COUNT", default=0)

# Mail: a server in production, files that a page shows in the demo
if EMAIL_URL := (
    required(
        "EMAIL_URL",
        "the mail server, smtp+tls://user:password@host:587 or smtp+ssl://user:password@host:465, with special "
        "characters of the password percent-encoded",
    )
    if PRODUCTION
    else env.str("EMAIL_URL", default="")
):
    vars().update(environ.Env.email_url_config(EMAIL_URL))
    if vars().get("EMAIL_BACKEND") == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "association.channels.smtp.EmailBackend"
    EMAIL_TIMEOUT = 20  # seconds
else:
    EMAIL_BACKEND = "association.channels.filing.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_DIR)
DEFAULT_FROM_EMAIL = (
    required("DEFAULT_FROM_EMAIL", "the sender of every mail, an address that the mail server may send for")
    if PRODUCTION
    else env.str("DEFAULT_FROM_EMAIL", default="huiji@localhost")
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_BOUNCES_TO = env.str("MAIL_BOUNCES_TO", default="")  # a mailbox that takes bounces+anything@…; else the sender
BOUNCES_URL = (
    secret(  # the mailbox that `read_bounces` empties: imaps://user:password@host/INBOX
        "BOUNCES_URL", "the mailbox of bounces", fallback=""
    )
    if env.str("BOUNCES_URL", default="") or env.str("BOUNCES_URL_FILE", default="")
    else ""
)

# Text messages: none without a provider; the demo writes them beside its mail
SMS_PROVIDER = env.str("SMS_PROVIDER", default="file" if DEMO else "")
if SMS_PROVIDER not in {"", "file", "aliyun"}:
    raise ImproperlyConfigured(f"SMS_PROVIDER is {SMS_PROVIDER!r}; it must be empty, file or aliyun.")
SMS_ENDPOINT = env.str("SMS_ENDPOINT", default="https://dysmsapi.aliyuncs.com")
SMS_TIMEOUT = 15  # seconds
SMS_CODE_TEMPLATE = env.str("SMS_CODE_TEMPLATE", default="")  # the provider's template with the variable code
SMS_SIGN_NAME = SMS_ACCESS_KEY_ID = SMS_ACCESS_KEY_SECRET = ""
if SMS_PROVIDER == "aliyun":
    SMS_SIGN_NAME = required("SMS_SIGN_NAME", "the signature of text messages (短信签名) that the provider approved")
    SMS_ACCESS_KEY_ID = required("SMS_ACCESS_KEY_ID", "the name of the key to the provider of text messages")
    SMS_ACCESS_KEY_SECRET = secret("SMS_ACCESS_KEY_SECRET", "the key to the provider of text messages", fallback="")

# Language and time: Chinese first; legal days are days in Shanghai (C-1)
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Static files
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
S3_BUCKET = env.str("S3_BUCKET", default="")  # where several machines share the files
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",  # requirements-production.txt
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "access_key": required("S3_ACCESS_KEY", "the name of the key to the bucket S3_BUCKET"),
            "secret_key": secret("S3_SECRET_KEY", "the key to the bucket S3_BUCKET", fallback=""),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(FILES_DIR)}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False

# Uploads
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
UPLOAD_MAX_PAGES = 60

# Security
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = whole("SECURE_HSTS_SECONDS", default=31536000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if env.bool("BEHIND_PROXY", default=True):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the e-mail address is unique: by a constraint on its lower case, which the check does not read
]

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
NINJA_PAGINATION_PER_PAGE = 50

# The sandbox gateway takes no money; production refuses to start with it (portal/checks.py)
PAYMENT_SANDBOX = env.bool("PAYMENT_SANDBOX", default=not PRODUCTION)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
