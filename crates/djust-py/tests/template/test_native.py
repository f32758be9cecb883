"""Django's own libraries are the engine's: their tags are not compiled by Django's functions."""

from __future__ import annotations

import pytest
from conftest import LIBRARIES

from djust.template import Engine
from djust.template.libraries import native_functions

TAGS = {
    "autoescape": "{% autoescape off %}{% endautoescape %}",
    "block": "{% block a %}{% endblock %}",
    "blocktrans": "{% blocktrans %}a{% endblocktrans %}",
    "blocktranslate": "{% blocktranslate %}a{% endblocktranslate %}",
    "cache": "{% cache 1 a %}{% endcache %}",
    "comment": "{% comment %}{% endcomment %}",
    "cycle": "{% cycle 'a' 'b' %}",
    "extends": "{% extends 'a' %}",
    "filter": "{% filter upper %}{% endfilter %}",
    "firstof": "{% firstof a b %}",
    "for": "{% for a in b %}{% endfor %}",
    "get_available_languages": "{% get_available_languages as a %}",
    "get_current_language": "{% get_current_language as a %}",
    "get_current_language_bidi": "{% get_current_language_bidi as a %}",
    "get_current_timezone": "{% get_current_timezone as a %}",
    "get_language_info": "{% get_language_info for 'de' as a %}",
    "get_language_info_list": "{% get_language_info_list for a as b %}",
    "if": "{% if a %}{% endif %}",
    "ifchanged": "{% ifchanged %}{% endifchanged %}",
    "include": "{% include 'a' %}",
    "language": "{% language 'de' %}{% endlanguage %}",
    "localize": "{% localize on %}{% endlocalize %}",
    "localtime": "{% localtime on %}{% endlocaltime %}",
    "now": "{% now 'Y' %}",
    "partial": "{% partialdef a %}{% endpartialdef %}{% partial a %}",
    "partialdef": "{% partialdef a %}{% endpartialdef %}",
    "regroup": "{% regroup a by b as c %}",
    "resetcycle": "{% cycle 'a' 'b' %}{% resetcycle %}",
    "spaceless": "{% spaceless %}{% endspaceless %}",
    "static": "{% static 'a' %}",
    "templatetag": "{% templatetag openblock %}",
    "timezone": "{% timezone 'UTC' %}{% endtimezone %}",
    "trans": "{% trans 'a' %}",
    "translate": "{% translate 'a' %}",
    "url": "{% url 'a' %}",
    "verbatim": "{% verbatim %}{% endverbatim %}",
    "widthratio": "{% widthratio 1 2 3 %}",
    "with": "{% with a=b %}{% endwith %}",
}
LOADS = "{% load i18n l10n tz static cache humanize %}"


def names(kind: str) -> list[str]:
    """The names of tags or filters that the engine has natively."""
    from djust.template import libraries

    found = set()
    for path in libraries._MODULES:
        register = libraries.import_module(path).register
        table = getattr(register, kind)
        found |= {name for name, function in table.items() if function in native_functions()}
    return sorted(found)


@pytest.mark.parametrize("name", names("tags"))
def test_a_tag_of_django_is_compiled_without_its_function(name):
    source = TAGS.get(name, "{% " + name + " %}")
    before = "" if name == "extends" else LOADS
    template = Engine(libraries=LIBRARIES).from_string(before + source)
    assert template.compiled.parser is None
