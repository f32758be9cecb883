"""Every page of Django's admin has the same bytes with Django's template backend and with ours."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from own_process import output_of

sys.path.insert(0, str(Path(__file__).parent))
from admin_pages import IN_LANGUAGES, LANGUAGES, PAGES

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def compared() -> dict[str, Any]:
    """What ``compare.py`` found."""
    return json.loads(output_of(HERE / "compare.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_the_same_with_both_backends(compared, page):
    found = compared[page.name]
    if page.lists_tags:
        own = [line for line in found["difference"] if line.startswith("+")]
        assert any("djust_scripts" in line for line in own)
        assert not any(re.match("-(?!--)", line) for line in found["difference"])
    else:
        assert found["equal"], "\n".join(found["difference"])
    assert found["status"] == page.status
    assert found["shows"], f"no {page.shows!r} in the page"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", IN_LANGUAGES)
def test_a_page_is_the_same_in_another_language(compared, name, language):
    found = compared[f"{name}, {language}"]
    assert found["equal"], "\n".join(found["difference"])
    assert found["length"] > 1000
