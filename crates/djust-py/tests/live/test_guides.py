"""The code in the guides runs as written."""

import gc
import re
import sys
import types
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from djust.runtime.registry import registry

GUIDES = Path(__file__).resolve().parents[4] / "docs" / "guides"
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def module() -> Iterator[types.ModuleType]:
    """A module for the code of one guide, so that its classes have a home."""
    module = types.ModuleType("guide")
    sys.modules["guide"] = module
    yield module
    del sys.modules["guide"]
    # Classes refer to themselves; other tests look views up by the name of their class.
    vars(module).clear()
    registry.clear()
    gc.collect()


def names() -> list[str]:
    found = sorted(path.stem for path in GUIDES.glob("*.md"))
    assert {"getting-started", "views-and-state", "events", "testing"} <= set(found)
    return found


@pytest.mark.parametrize("name", names())
def test_every_block_runs(name: str, module: types.ModuleType, monkeypatch: Any) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "live_site.settings")
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    blocks = _BLOCK.findall(text)
    assert blocks
    for block in blocks:
        exec(compile(block, f"{name}.md", "exec"), vars(module))


@pytest.mark.django_db
def test_the_tests_of_the_testing_guide_pass(module: types.ModuleType) -> None:
    for block in _BLOCK.findall((GUIDES / "testing.md").read_text(encoding="utf-8")):
        exec(compile(block, "testing.md", "exec"), vars(module))
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TestResult()
    suite.run(result)
    assert result.testsRun == 4
    assert not result.errors and not result.failures, result.errors + result.failures


@pytest.mark.django_db
def test_the_counter_of_the_first_guide_works(module: types.ModuleType) -> None:
    from django.test import RequestFactory

    for block in _BLOCK.findall((GUIDES / "getting-started.md").read_text(encoding="utf-8")):
        if block.startswith(("# views.py", "# urls.py")):
            exec(compile(block, "getting-started.md", "exec"), vars(module))
    html = re.search(r"```html\n(.*?)```", (GUIDES / "getting-started.md").read_text(), re.DOTALL)
    assert html is not None
    view_class: Any = module.CounterView  # type: ignore[attr-defined]
    view_class.template_name, view_class.template = None, html[1]
    response = view_class.as_view()(RequestFactory().get("/"), start=4)
    assert "<output>4</output> twice is 8" in response.content.decode()


def test_links_between_guides_lead_somewhere() -> None:
    for path in GUIDES.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
