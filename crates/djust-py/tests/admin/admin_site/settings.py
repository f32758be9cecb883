"""Settings of the project; ``ADMIN_BACKEND`` says which of the two template backends the tests want at first."""

SECRET_KEY = "only for tests"
DEBUG = False
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "admin_site.urls"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.admindocs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "admin_site.shop",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]


def templates(backend: str) -> list[dict]:
    """``TEMPLATES`` with a backend."""
    processors = [
        "django.template.context_processors.debug",
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
        "django.template.context_processors.i18n",
        "django.template.context_processors.tz",
    ]
    options = {"context_processors": processors}
    return [{"BACKEND": backend, "APP_DIRS": True, "OPTIONS": options}]


DJANGO = templates("django.template.backends.django.DjangoTemplates")
DJUST = templates("djust.template.DjustTemplates")
TEMPLATES = DJANGO
# Forms and widgets are rendered by the backend above, too.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_URL = "/static/"
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
LANGUAGE_CODE = "en-us"
USE_THOUSAND_SEPARATOR = True
