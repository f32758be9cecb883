"""Templates that use libraries other people wrote, by the packages that they need."""

from __future__ import annotations

from dataclasses import dataclass, field

# The project has no pages.
urlpatterns: list[object] = []


@dataclass(frozen=True)
class Case:
    name: str
    applications: tuple[str, ...]
    source: str
    # Other templates, by name.
    files: dict[str, str] = field(default_factory=dict)
    builtins: tuple[str, ...] = ()
    # Loaders before those of files and applications.
    loaders: tuple[str, ...] = ()


CRISPY = ("crispy_forms", "crispy_bootstrap5")

CASES = [
    Case(
        "crispy forms",
        CRISPY,
        """{% load crispy_forms_tags crispy_forms_filters %}
        {% crispy form %} {{ form|crispy }} {{ form.name|as_crispy_field }} {{ form|as_crispy_errors }}
        {% for number in numbers %}{% crispy form form.helper "bootstrap5" %}{% endfor %}""",
    ),
    Case(
        "widget tweaks",
        ("widget_tweaks",),
        """{% load widget_tweaks %}
        {% render_field form.name class+="wide" placeholder=title data-n=numbers.0 %}
        {% with WIDGET_ERROR_CLASS="wrong" %}{% render_field form.kind %}{% endwith %}
        {{ form.name|add_class:"a b"|attr:"title:<x>"|append_attr:"class:c"|set_data:"k:v" }}
        {% for field in form %}{{ field|field_type }}/{{ field|widget_type }} {% endfor %}""",
    ),
    Case(
        "sekizai",
        ("sekizai",),
        """{% load sekizai_tags %}<head>{% render_block "css" %}</head>
        {% include "part.html" %}{% addtoblock "css" %}<style>{{ title }}</style>{% endaddtoblock %}
        {% for number in numbers %}{% addtoblock "js" %}<script>{{ number }}</script>{% endaddtoblock %}{% endfor %}
        {% with_data "data" as items %}{% for item in items %}{{ item }}{% endfor %}{% end_with_data %}{% render_block "js" %}""",
        files={
            "part.html": '{% load sekizai_tags %}{% addtoblock "css" %}<link {{ title }}>{% endaddtoblock %}'
            '{% add_data "data" title %}'
        },
    ),
    Case(
        "cotton",
        ("django_cotton",),
        """<c-card title="Hello {{ title }}" id="x" :n="3">body {{ title }}
        <c-slot name="footer">end {{ title }}</c-slot></c-card>
        {% for number in numbers %}<c-card title="{{ number }}" kind="k{{ number }}">{{ number }}</c-card>{% endfor %}""",
        files={
            "cotton/card.html": '<div {{ attrs }}><c-vars kind="plain" /><h2>{{ title }}</h2>{{ slot }}{{ footer }}-{{ kind }}</div>'
        },
        builtins=("django_cotton.templatetags.cotton",),
        loaders=("django_cotton.cotton_loader.Loader",),
    ),
    Case(
        "slippers",
        ("slippers",),
        """{% #badge label=title %}inside {{ title }}{% /badge %}
        {% for number in numbers %}{% badge label=number %}{% endfor %}
        {% var shout=title|upper %}{{ shout }}
        {% fragment as piece %}<u>{{ title }}</u>{% endfragment %}{{ piece }}{{ title|match:"a:one,b:two" }}""",
        files={
            "components.yaml": 'components:\n  badge: "badge.html"\n',
            "badge.html": "<b>{{ label }}</b>{{ children }}",
        },
        builtins=("slippers.templatetags.slippers",),
    ),
    Case(
        "components",
        ("django_components",),
        """{% load component_tags %}<head>{% component_css_dependencies %}</head>
        {% for number in numbers %}{% component "box" title=title n=number %}
        {% fill "body" %}<i>{{ number }}{{ title }}</i>{% endfill %}{% endcomponent %}{% endfor %}
        {% component
           "box"
           title="{% firstof title %}"
           n=7
        / %}{% include "part.html" %}""",
        files={
            "part.html": '{% load component_tags %}{% component "box" title="part" n=0 %}{% endcomponent %}'
        },
        builtins=("django_components.templatetags.component_tags",),
        loaders=("django_components.template_loader.Loader",),
    ),
    Case(
        "bootstrap",
        ("django_bootstrap5",),
        """{% load django_bootstrap5 %}{% bootstrap_css %}
        {% bootstrap_form form layout="horizontal" %}{% bootstrap_field form.name show_help=False %}
        {% bootstrap_button "Go" button_type="submit" button_class=title %}
        {% bootstrap_alert title alert_type="info" %}{% bootstrap_formset formset %}""",
    ),
    Case(
        "tables",
        ("django_tables2",),
        """{% load django_tables2 %}{% render_table table %}{{ table.paginated_rows|length }}""",
    ),
    Case(
        "partials",
        ("template_partials",),
        """{% load partials %}{% partialdef row inline %}<td>{{ title }}</td>{% endpartialdef %}
        {% for number in numbers %}{% partial row %}{% endfor %}{% include "parts.html#one" %}""",
        files={
            "parts.html": "{% load partials %}{% partialdef one %}one {{ title }}{% endpartialdef %}"
        },
    ),
    Case(
        "classy tags",
        ("classytags", "site_tags"),
        """{% load classy %}{% greet title with 3 as phrase %}{{ phrase }}
        {% wrapped "b" %}{{ title }}{% greet "x" %}{% endwrapped %}""",
    ),
]
