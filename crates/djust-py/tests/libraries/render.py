"""Renders one case in a project of its own: ``python render.py CASE BACKEND DIRECTORY``. Prints the page."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import django
from cases import CASES, CRISPY, Case
from django.conf import settings

TITLE = "<One> & 'two'"


def configure(case: Case, backend: str, directory: Path) -> None:
    for name, source in {**case.files, "page.html": case.source}.items():
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    options = {
        "builtins": list(case.builtins),
        "context_processors": ["django.template.context_processors.request"],
    }
    if "sekizai" in case.applications:
        options["context_processors"].append("sekizai.context_processors.sekizai")
    if case.loaders:
        loaders = (
            *case.loaders,
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        )
        options["loaders"] = [("django.template.loaders.cached.Loader", loaders)]
    settings.configure(
        SECRET_KEY="for these pages only",
        BASE_DIR=directory,
        INSTALLED_APPS=["django.contrib.contenttypes", *case.applications],
        ROOT_URLCONF="cases",
        STATIC_URL="/static/",
        CRISPY_ALLOWED_TEMPLATE_PACKS="bootstrap5",
        CRISPY_TEMPLATE_PACK="bootstrap5",
        TEMPLATES=[
            {
                "BACKEND": backend,
                "DIRS": [directory],
                "APP_DIRS": not case.loaders,
                "OPTIONS": options,
            }
        ],
    )
    django.setup()


def names(case: Case) -> dict[str, object]:
    """The context of the page."""
    from django import forms

    class PersonForm(forms.Form):
        name = forms.CharField(help_text="<b>first</b> & last", max_length=20)
        kind = forms.ChoiceField(choices=[("a", "A & a"), ("b", "<B>")], widget=forms.RadioSelect)
        agreed = forms.BooleanField()
        note = forms.CharField(widget=forms.Textarea, required=False, initial="\n<x>")

    form = PersonForm({"name": ""})
    if case.applications == CRISPY:
        from crispy_forms.helper import FormHelper
        from crispy_forms.layout import Column, Fieldset, Layout, Row, Submit

        form.helper = FormHelper()
        form.helper.layout = Layout(
            Fieldset(TITLE, "name"),
            Row(Column("kind"), Column("agreed", css_class="x")),
            "note",
            Submit("send", TITLE),
        )
    found = {
        "title": TITLE,
        "numbers": [1, 2],
        "form": form,
        "formset": forms.formset_factory(PersonForm, extra=2)(),
    }
    if "django_tables2" in case.applications:
        import django_tables2 as tables

        class PersonTable(tables.Table):
            name = tables.Column(attrs={"td": {"class": "n"}})
            born = tables.Column(verbose_name=TITLE)
            more = tables.TemplateColumn("{{ record.name|upper }}-{{ value }}", accessor="born")

        rows = [{"name": f"<{n}>", "born": 1900 + n} for n in range(30)]
        found["table"] = PersonTable(rows, order_by="-born")
        found["table"].paginate(page=2, per_page=7)
    return found


def register_components() -> None:
    from django_components import Component, register

    @register("box")
    class Box(Component):
        template = """{% load component_tags %}<section>{{ title }}{{ n }}
            {% slot "body" default %}nothing in {{ title }}{% endslot %}</section>"""

        def get_template_data(self, args, kwargs, slots, context):
            return {"title": kwargs["title"], "n": kwargs["n"]}


def main() -> None:
    wanted, backend, directory = sys.argv[1:]
    (case,) = (case for case in CASES if case.name == wanted)
    configure(case, backend, Path(directory))
    from django.template import engines
    from django.template.loader import get_template
    from django.test import RequestFactory

    if "django_components" in case.applications:
        register_components()
    request = RequestFactory().get("/", {"page": "2"})
    assert type(engines["django"]).__name__ == backend.rpartition(".")[2]
    template = get_template("page.html")
    first = template.render(names(case), request)
    second = template.render(names(case), request)
    sys.stdout.write(f"{first}\n--- again\n{second}")


if __name__ == "__main__":
    main()
