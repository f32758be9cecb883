"""The demo's settings, the probe views, and Django's engine as a second opinion."""

import os

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

if "PROBE_SCRIPT_NAME" in os.environ:
    FORCE_SCRIPT_NAME = os.environ["PROBE_SCRIPT_NAME"]
if "PROBE_STATIC_URL" in os.environ:
    STATIC_URL = os.environ["PROBE_STATIC_URL"]

if "PROBE_REDIS" in os.environ:
    _REDIS = os.environ["PROBE_REDIS"]
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"{_REDIS}/1",
        },
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [f"{_REDIS}/0"]},
        },
    }
