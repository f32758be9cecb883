"""Tests of Django's that the backend need not pass, each with the reason."""

from __future__ import annotations

import os

# Test id (or the beginning of one, ending in a full stop) -> reason.
EXCEPTIONS: dict[str, str] = {}

if hasattr(os, "geteuid") and os.geteuid() == 0:
    EXCEPTIONS["template_tests.test_loaders.FileSystemLoaderTests.test_permissions_error"] = (
        "expects that the process may not read a file; the superuser may (it fails with Django's engine, too)"
    )


def reason_for(name: str) -> str | None:
    """Why a test may fail; nothing if it may not."""
    for known, reason in EXCEPTIONS.items():
        if name == known or (known.endswith(".") and name.startswith(known)):
            return reason
    return None
