"""Settings for a server of its own: state in files, so that it outlives the process."""

import os

from .settings import *  # noqa: F403
from .settings import CACHES

CACHES["files"]["LOCATION"] = os.environ["LIVE_SITE_CACHE"]
DJUST = {"STATE_CACHE": "files"}
