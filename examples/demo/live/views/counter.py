from djust import LiveView, event_handler, state


class CounterView(LiveView):
    """A number and the buttons that change it."""

    template_name = "live/counter.html"

    count = state(default=0)
    step = state(default=1)

    @event_handler
    def increment(self, **kwargs: object) -> None:
        self.count += self.step

    @event_handler
    def decrement(self, **kwargs: object) -> None:
        self.count -= self.step

    @event_handler
    def set_step(self, value: int = 1, **kwargs: object) -> None:
        self.step = value

    @event_handler
    def reset(self, **kwargs: object) -> None:
        self.count = 0
