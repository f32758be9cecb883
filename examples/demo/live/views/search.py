from collections.abc import Mapping
from typing import Any

from djust import LiveView, event_handler, state
from djust.decorators import debounce
from live.models import Product

SHOWN = 50


class SearchView(LiveView):
    """Products that match what is typed; the address says what is searched for.

    `?q=oak&category=Seating` is a link like any other, and works without JavaScript.
    """

    template_name = "live/search.html"

    query = state(default="")
    category = state(default="")

    def handle_params(self, params: Mapping[str, str], uri: str) -> None:
        self.query = params.get("q", "")
        self.category = params.get("category", "")

    @event_handler
    @debounce(wait=0.15)
    def search(self, value: str = "", **kwargs: object) -> None:
        # A letter more is no page to go back to.
        self._show(value, self.category, replace=True)

    @event_handler
    def choose_category(self, value: str = "", **kwargs: object) -> None:
        self._show(self.query, value)

    @event_handler
    def submit(self, q: str = "", category: str = "", **kwargs: object) -> None:
        self._show(q, category)

    def _show(self, query: str, category: str, *, replace: bool = False) -> None:
        self.query, self.category = query, category
        wanted = {"q": query, "category": category}
        given = {name: value for name, value in wanted.items() if value}
        self.push_patch(given, replace=replace)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        products = Product.objects.all()
        for word in self.query.split():
            products = products.filter(name__icontains=word)
        if self.category:
            products = products.filter(category=self.category)
        categories = Product.objects.order_by("category").values_list("category", flat=True)
        return super().get_context_data(
            products=products[:SHOWN],
            found=products.count(),
            shown=SHOWN,
            categories=categories.distinct(),
            **kwargs,
        )
