"""Scripts that set Django up with settings of their own, and so need a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def output_of(script: Path, *arguments: str) -> str:
    """What a script prints. It imports from where the tests do.

    Raises:
        AssertionError: the script has failed; with what it wrote to its error stream.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
