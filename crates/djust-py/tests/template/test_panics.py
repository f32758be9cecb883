"""A panic of Rust code becomes an exception that names the engine, and leaves the template usable."""

from __future__ import annotations

import pytest
from django.template import Context

from djust.exceptions import EngineError
from djust.template import Engine

PARTS = {"part.html": "{% load shop %}{% wrap p %}{{ value.text }}{% endwrap %}"}


class Fails:
    """An object that raises what it was made with, where a template reads it."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    @property
    def text(self) -> str:
        raise self.error

    def __str__(self) -> str:
        raise self.error


def panics() -> list[type[BaseException]]:
    """The class of exceptions that stand for a panic: raised in Python, it is a panic in the Rust code that called.

    It can be reached only through its base class, and exists once an error has passed through the binding. Every
    extension module has one of its own.
    """
    with pytest.raises(ValueError, match="first"):
        engine().from_string("{{ value }}").render(Context({"value": Fails(ValueError("first"))}))
    classes = [
        found for found in BaseException.__subclasses__() if found.__name__ == "PanicException"
    ]
    assert classes
    return classes


def engine() -> Engine:
    loader = ("django.template.loaders.locmem.Loader", PARTS)
    return Engine(libraries={"shop": "shop_tags"}, loaders=[loader])


@pytest.mark.parametrize(
    "source",
    [
        "a{{ value }}b",
        "{% for x in rows %}{{ value.text|upper }}{% endfor %}",
        "{% with y=1 %}{% include 'part.html' %}{% endwith %}",
        "{% load shop %}{% wrap b %}{% wrap i %}{{ value.text }}{% endwrap %}{% endwrap %}",
        "{% load shop %}{% price value.text %}",
    ],
)
def test_a_panic_is_an_error_of_the_engine(source):
    template = engine().from_string(source)
    caught: list[BaseException] = []
    for panic in panics():
        context = Context({"value": Fails(panic("boom")), "rows": [1]})
        try:
            template.render(context)
        except BaseException as error:
            caught.append(error)
        # Scopes and states that were open are closed.
        assert len(context.dicts) == 2
        assert context.template is None
        context["value"] = {"text": "3"}
        assert "3" in template.render(context)
    own = [error for error in caught if isinstance(error, EngineError)]
    assert own and "boom" in str(own[0]), caught
