import resource
import sys
import time
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from djust import LiveView, event_handler, state
from live.models import Message, Product, Task

STARTED = time.monotonic()
POINTS = 60
WIDTH, HEIGHT = 600, 120


class DashboardView(LiveView):
    """Figures of the server process, read every second while the page is open."""

    template_name = "live/dashboard.html"
    tick_interval = 1000  # milliseconds

    running = state(default=True)
    measured_at: datetime | None = state(default=None)
    uptime = state(default=0)
    memory = state(default=0)
    history: list[float] = state(default=[])

    def mount(self, request: HttpRequest, **kwargs: object) -> None:
        self._clocks = (time.monotonic(), time.process_time())
        self._measure()

    def handle_tick(self) -> None:
        if self.running:
            self._measure()

    @event_handler
    def toggle(self, **kwargs: object) -> None:
        self.running = not self.running

    def _measure(self) -> None:
        self.measured_at = timezone.now()
        self.uptime = int(time.monotonic() - STARTED)
        self.memory = _peak_memory()
        self.history = [*self.history, self._processor_load()][-POINTS:]

    def _processor_load(self) -> float:
        """Processor time used since the last look, in percent of one core."""
        wall, processor = time.monotonic(), time.process_time()
        passed, used = wall - self._clocks[0], processor - self._clocks[1]
        self._clocks = (wall, processor)
        # Too short to say, or the server was restarted and its clocks began anew.
        if passed < 0.1 or used < 0:
            return 0.0
        return round(100 * used / passed, 1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        top = max(10.0, *self.history)
        step = WIDTH / (POINTS - 1)
        left = WIDTH - step * (len(self.history) - 1)
        return super().get_context_data(
            load=self.history[-1],
            top=top,
            points=[
                (round(left + step * index, 1), round(HEIGHT * (1 - value / top), 1))
                for index, value in enumerate(self.history)
            ],
            rows=[
                ("Products", Product.objects.count()),
                ("Tasks", Task.objects.count()),
                ("Messages", Message.objects.count()),
            ],
            **kwargs,
        )


def _peak_memory() -> int:
    """The largest resident set so far, in bytes. The system counts in KiB, except on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
