"""Libraries that other people wrote render the same bytes with Django's template backend and with ours."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from own_process import output_of

sys.path.insert(0, str(Path(__file__).parent))
from cases import CASES, Case

HERE = Path(__file__).parent
DJANGO = "django.template.backends.django.DjangoTemplates"
OURS = "djust.template.backends.django.DjustTemplates"

# What is another one in each render: the token against forged requests, and the numbers of components.
RANDOM = re.compile(
    r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|data-djc-id-\w+|\bc[0-9a-zA-Z]{6}\b'
)


def rendered(case: Case, backend: str, directory: Path) -> str:
    return RANDOM.sub("", output_of(HERE / "render.py", case.name, backend, str(directory)))


def missing(case: Case) -> list[str]:
    return [name for name in case.applications if name != "site_tags" and not find_spec(name)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_library_renders_the_same_with_both_backends(case, tmp_path):
    # `make python` installs them beside one Django; on the others the libraries may not run at all.
    if missing(case):
        pytest.skip(f"not installed here: {', '.join(missing(case))}")
    ours = rendered(case, OURS, tmp_path / "ours")
    assert ours == rendered(case, DJANGO, tmp_path / "django")
    assert "One" in ours
