"""Settings of Mosty. Everything that differs between installations comes from the environment.

docs/administrators/settings.md lists every variable with its default.
"""

from email.utils import parseaddr
from pathlib import Path

import dj_database_url
from django.utils.csp import CSP

from mosty import environment as env

BASE_DIR = Path(__file__).resolve().parent
ROOT_DIR = BASE_DIR.parent.parent
VAR_DIR = Path(env.text("MOSTY_VAR", str(ROOT_DIR / "var")))

DEBUG = env.flag("DEBUG")
# Demo mode fills the site with real facts and illustrative content, and lets anybody enter as any
# role with one click. It must never be on where real people work: see people/demo.py.
DEMO_MODE = env.flag("MOSTY_DEMO")
GALLERY = env.flag("MOSTY_GALLERY", default=DEBUG)

SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if not (DEBUG or DEMO_MODE):
        raise env.SettingError(
            "SECRET_KEY: not set. Put a long random text into the environment "
            "(docs/administrators/settings.md)."
        )
    SECRET_KEY = "only-for-development-and-the-demo-" + "0" * 32

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SITE_NAME = "Mosty"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "django_htmx",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rules.apps.AutodiscoverRulesConfig",
    "mosty.core",
    "mosty.places",
    "mosty.people",
    "mosty.programmes",
    "mosty.partnerships",
    "mosty.calls",
    "mosty.applications",
    "mosty.reviews",
    "mosty.decisions",
    "mosty.matching",
    "mosty.desk",
    "mosty.public",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages with drawn maps are ten times lighter packed. Django pads them at random and masks the
    # CSRF token anew each time, so that lengths tell nothing (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mosty.people.middleware.ActorMiddleware",
    "mosty.people.accounts.gate.AccountGate",
    "mosty.places.views.gone.GoneMiddleware",
]

ROOT_URLCONF = "mosty.urls"
WSGI_APPLICATION = "mosty.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mosty.core.context.page",
            ],
        },
    },
]

# --- database -----------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'mosty.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at the start of a transaction: without it a read that turns
    # into a write fails at once with "database is locked", whatever the time-out.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- languages and time -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("uk", "Українська")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["mosty.formats"]
USE_I18N = True
USE_TZ = True
# Stored in UTC whatever this says; the zone in which times are shown and days begin.
TIME_ZONE = env.text("MOSTY_TIME_ZONE", "Europe/Kyiv")
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "mosty.core.fonts.FontFinder",
]
# Outside the web root: uploads are only served through views that know who asks.
MEDIA_ROOT = VAR_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "mosty.core.stylesheet.JoinedStaticFilesStorage"
        )
    },
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_LIMIT_BYTES = env.number("MOSTY_UPLOAD_LIMIT_MB", 20) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["mosty.people.accounts.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "mosty.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Links in mails are opened by mail scanners: a code typed by a person cannot be used up by one.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
# One address per account: a second one would be a second way in that nobody looks after.
ACCOUNT_CHANGE_EMAIL = True
# People are told when their password, address, passkeys or second factor change.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Whose address counts for limits and sessions. Without a number of proxies the connection's own
# address does, and X-Forwarded-For, which anybody can write, is passed over.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("MOSTY_PROXIES", 0)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG or DEMO_MODE else "https"
# What the site itself lets people try (people/accounts/limits.py), in the words of allauth.
RATE_LIMITS = {
    "ask_account_request": "20/h/ip,5/h/key",
    "ask_factor_link": "20/h/ip,5/h/key",
    "ask_to_join": "20/h/ip,5/d/key",
}
MFA_ADAPTER = "mosty.people.accounts.factors.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "mosty.people.accounts.factors.AddKeyForm",
    "edit_webauthn": "mosty.people.accounts.factors.RenameKeyForm",
    "authenticate": "mosty.people.accounts.factors.SecondStepForm",
    "reauthenticate": "mosty.people.accounts.factors.ShowAgainForm",
}
# Long random texts under which secrets of second factors are encrypted: the first one encrypts,
# all of them decrypt (people/accounts/encryption.py). Without any, one comes from SECRET_KEY.
FACTOR_KEYS = env.words("MOSTY_FACTOR_KEYS")
for _key in FACTOR_KEYS:
    if len(_key) < 32:
        raise env.SettingError(
            "MOSTY_FACTOR_KEYS: a key is shorter than 32 letters. Make one with "
            '`python3 -c "import secrets; print(secrets.token_urlsafe(48))"`.'
        )
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# --- mail ---------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Mosty <mosty@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where people write about the site itself: accessibility, privacy, a mistake.
CONTACT_EMAIL = env.text("MOSTY_CONTACT", parseaddr(DEFAULT_FROM_EMAIL)[1])
if mail_host := env.text("MAIL_HOST"):
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": mail_host,
                "port": env.number("MAIL_PORT", 587),
                "username": env.text("MAIL_USER"),
                "password": env.text("MAIL_PASSWORD"),
                "use_tls": env.flag("MAIL_STARTTLS", default=True),
                "use_ssl": env.flag("MAIL_SSL"),
                "timeout": 20,
            },
        }
    }
elif DEBUG or DEMO_MODE:
    MAILERS = {"default": {"BACKEND": "mosty.core.console.EmailBackend"}}
else:
    # Without a mail server nothing is lost: every mail is kept as a file that an administrator
    # can read and send by hand.
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": VAR_DIR / "mail"},
        }
    }

# --- jobs and cache -----------------------------------------------------------------------------
# Whether robustness and comparisons are worked out after each run (some seconds of a processor).
ANALYSE_RUNS = env.flag("MOSTY_ANALYSE_RUNS", default=True)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
# Rate limits live in the cache, so it must be shared by all processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # A full cache drops rows, and with them the count of somebody's tries: Django's 300 rows
        # would be filled by whoever tries 300 addresses.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- safety -------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_HTTPS = env.flag("MOSTY_HTTPS", default=not (DEBUG or DEMO_MODE))
SESSION_COOKIE_SECURE = BEHIND_HTTPS
CSRF_COOKIE_SECURE = BEHIND_HTTPS
LANGUAGE_COOKIE_SECURE = BEHIND_HTTPS
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_HSTS_SECONDS = 31536000 if BEHIND_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None

# Where the site is reached from outside: the beginning of every address in a mail.
SITE_URL = env.text(
    "MOSTY_URL", f"{'https' if BEHIND_HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"
).rstrip("/")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # Each step of each PDF, each table of each font.
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
}
