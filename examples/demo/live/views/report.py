import asyncio
from typing import Any, TypedDict

from django.db.models import Count, Sum

from djust import AsyncResult, LiveView, event_handler, state
from live.models import Product


class Line(TypedDict):
    category: str
    products: int
    pieces: int


async def stock_report(seconds: float) -> list[Line]:
    """The stock of each category. Real reports are slow by themselves."""
    await asyncio.sleep(seconds)
    totals = Product.objects.values("category").annotate(products=Count("pk"), pieces=Sum("stock"))
    return [Line(**line) async for line in totals.order_by("category")]


class ReportView(LiveView):
    """A report that takes a while: started by a handler, shown when it is there."""

    template_name = "live/report.html"

    status = state(default="none")
    lines: list[Line] = state(default=[])

    @event_handler
    def start(self, seconds: float = 2.0, **kwargs: object) -> None:
        self.status = "running"
        self.start_async("report", stock_report, min(seconds, 10.0))

    @event_handler
    def stop(self, **kwargs: object) -> None:
        self.status = "stopped"
        self.cancel_async("report")

    def handle_async(self, name: str, result: AsyncResult) -> None:
        self.status = "done" if result.ok else "failed"
        self.lines = result.value if result.ok else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            total=sum(line["pieces"] for line in self.lines),
            **kwargs,
        )
