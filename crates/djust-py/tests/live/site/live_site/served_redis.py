"""Settings for several servers that share a Redis."""

import os

from .settings import *  # noqa: F403

_REDIS = os.environ["LIVE_SITE_REDIS"]
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
DJUST = {"STATE_CACHE": "default"}
