from typing import Any

from django.http import HttpRequest

from djust import LiveView, event_handler, state
from live.models import Product

SHOWN = 50


class SearchView(LiveView):
    """Products that match what is typed. `?q=oak&category=Seating` works without JavaScript."""

    template_name = "live/search.html"

    query = state(default="")
    category = state(default="")

    def mount(self, request: HttpRequest, **kwargs: object) -> None:
        self.query = request.GET.get("q", "")
        self.category = request.GET.get("category", "")

    @event_handler
    def search(self, value: str = "", **kwargs: object) -> None:
        self.query = value

    @event_handler
    def choose_category(self, value: str = "", **kwargs: object) -> None:
        self.category = value

    @event_handler
    def submit(self, q: str = "", category: str = "", **kwargs: object) -> None:
        self.query, self.category = q, category

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
