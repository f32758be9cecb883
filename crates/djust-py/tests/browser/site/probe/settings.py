"""The demo's settings, the probe views, and Django's engine as a second opinion."""

from demo.settings import *  # noqa: F403
from demo.settings import INSTALLED_APPS, TEMPLATES

ROOT_URLCONF = "probe.urls"
INSTALLED_APPS = [*INSTALLED_APPS, "probe"]
TEMPLATES = [
    *TEMPLATES,
    {
        **TEMPLATES[0],
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
    },
]
