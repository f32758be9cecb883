from typing import Any

from djust import LiveView, event_handler, state
from live.models import Task

FILTERS = {"all": {}, "open": {"done": False}, "done": {"done": True}}


class TodoView(LiveView):
    """A to-do list: the tasks are in the database, the rest is the state of this page."""

    template_name = "live/todo.html"

    show = state(default="all")
    editing = state(default=0)

    @event_handler
    def add(self, title: str = "", **kwargs: object) -> None:
        if title := title.strip():
            Task.objects.create(title=title[:200])

    @event_handler
    def toggle(self, task_id: int, **kwargs: object) -> None:
        task = Task.objects.filter(pk=task_id).first()
        if task:
            task.done = not task.done
            task.save(update_fields=["done"])

    @event_handler
    def edit(self, task_id: int, **kwargs: object) -> None:
        self.editing = task_id

    @event_handler
    def save(self, task_id: int, title: str = "", **kwargs: object) -> None:
        if title := title.strip():
            Task.objects.filter(pk=task_id).update(title=title[:200])
        self.editing = 0

    @event_handler
    def cancel(self, **kwargs: object) -> None:
        self.editing = 0

    @event_handler
    def remove(self, task_id: int, **kwargs: object) -> None:
        Task.objects.filter(pk=task_id).delete()

    @event_handler
    def remove_done(self, **kwargs: object) -> None:
        Task.objects.filter(done=True).delete()

    @event_handler
    def choose(self, show: str = "all", **kwargs: object) -> None:
        if show in FILTERS:
            self.show = show

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            tasks=Task.objects.filter(**FILTERS[self.show]),
            filters=[("all", "All"), ("open", "Open"), ("done", "Done")],
            open_count=Task.objects.filter(done=False).count(),
            done_count=Task.objects.filter(done=True).count(),
            **kwargs,
        )
