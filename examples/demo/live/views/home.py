"""Two ordinary Django views, beside the live ones."""

from pathlib import Path
from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from live.pages import BY_NAME

VIEWS = Path(__file__).resolve().parent
TEMPLATES = VIEWS.parent / "templates" / "live"


class HomeView(TemplateView):
    template_name = "live/home.html"


class SourceView(TemplateView):
    """Show the view and the template of one page."""

    template_name = "live/source.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = BY_NAME.get(kwargs["name"])
        if page is None:
            raise Http404("no such page")
        return super().get_context_data(
            shown=page,
            view_source=(VIEWS / f"{page.name}.py").read_text(encoding="utf-8"),
            template_source=(TEMPLATES / f"{page.name}.html").read_text(encoding="utf-8"),
            **kwargs,
        )
