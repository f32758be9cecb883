"""QuerySets in live views: few queries, and never anything but what Django shows."""

from collections.abc import Callable
from typing import Any

import django.template
import pytest
from django.db import connection
from django.db.models import Count, Prefetch, QuerySet
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from djust import LiveView
from djust.optimization.querysets import prepare
from djust.runtime.rendering import context_of
from djust.template import engine_for
from live_site.models import Author, Story, Tag

pytestmark = pytest.mark.django_db

TABLE = """<table dj-root>{% for story in stories %}<tr data-key="{{ story.pk }}"><td>{{ story.title }}<td>
{{ story.author.name }}<td>{% for tag in story.tags.all %}{{ tag.name }} {% endfor %}</tr>{% endfor %}</table>"""


@pytest.fixture
def library() -> None:
    authors = [Author.objects.create(name=name) for name in ("Ada", "Grace")]
    tags = [Tag.objects.create(name=name, owner=authors[0]) for name in "cab"]
    previous = None
    for number in range(6):
        story = Story.objects.create(
            title=f"<story> {number}" if number else "hidden",
            text="long " * number,
            author=authors[number % 2] if number != 3 else None,
            before=previous,
        )
        story.tags.set(tags[: number % 4])
        previous = story


def compiled(source: str) -> Any:
    return engine_for(None).from_string(source)


def shown(source: str, queryset: Any) -> tuple[str, int]:
    """What the engine gives for a prepared context, and by how many queries."""
    template = compiled(source)
    context = {"stories": queryset, "same": queryset, "other": 1}
    prepare(context, template)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        html = template.compiled.render(context)
    return str(html), len(queries)


def by_django(source: str, queryset: Any) -> str:
    engine = django.template.Engine()
    return str(
        engine.from_string(source).render(
            django.template.Context({"stories": queryset, "same": queryset})
        )
    )


def test_a_thousand_rows_take_two_queries() -> None:
    author, tag = Author.objects.create(name="Ada"), Tag.objects.create(name="new")
    stories = Story.objects.bulk_create(
        Story(title=f"Story {number}", author=author) for number in range(1000)
    )
    Story.tags.through.objects.bulk_create(
        Story.tags.through(story=story, tag=tag) for story in stories
    )

    class StoriesView(LiveView):
        template = TABLE

        def mount(self, request: Any, **kwargs: Any) -> None:
            self._stories = Story.objects.order_by("pk")

        def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
            self.stories = self._stories
            return super().get_context_data(**kwargs)

    view = StoriesView()
    view.setup(RequestFactory().get("/"))
    view.mount(view.request)
    template = compiled(TABLE)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            html = template.compiled.render(context_of(view, template, view.request, ""))
        assert html.count("Ada") == 1000 and html.count("new") == 1000
        assert len(queries) == 2
        assert '"text"' not in queries[0]["sql"] and '"notes"' not in queries[0]["sql"]
    # The view's own is as it was.
    assert view._stories._result_cache is None
    assert not view._stories.query.select_related
    assert view._stories._prefetch_related_lookups == ()


SOURCES = [
    TABLE,
    "{% for s in stories %}{{ s }}{{ s.author }}{% endfor %}",
    "{% for s in stories %}{{ s.length }}{{ s.author.pk }}{{ s.author_id }}{% endfor %}",
    "{{ stories.count }}{{ stories.first.title }}{{ stories.exists }}{{ stories.last.author.name }}",
    "{{ stories|length }}{% if stories %}{{ stories.0.title }}{% endif %}{% for s in stories reversed %}{{ s.pk }}{% endfor %}",
    "{% for s in stories %}{{ s.tags.count }}{{ s.tags.all|length }}{{ s.tags.first.name }}{% endfor %}",
    "{% for s in stories %}{% for t in s.tags.all %}{{ t }}{{ t.owner.name }}{% endfor %}{% endfor %}",
    "{% for s in stories %}{{ s.author.stories.all.0.title }}{{ s.before.title }}{{ s.after.title }}{% endfor %}",
    "{% for s in stories|slice:':2' %}{{ s.text }}{% endfor %}{{ stories|first }}",
    "{% regroup stories by author.name as groups %}{% for g in groups %}{{ g.grouper }}{% for s in g.list %}{{ s.title }}{% endfor %}{% endfor %}",
    "{% with all=stories %}{% for s in all %}{{ s.notes.x }}{{ s.missing }}{{ s.author.missing }}{% endfor %}{% endwith %}",
    "{% for s in stories %}{{ s.title }}{% endfor %}{% for s in same %}{{ s.text }}{% endfor %}",
    "{{ stories.delete }}{{ stories.query.missing }}{% for s in stories %}{{ s.annotated }}{% endfor %}",
]
QUERYSETS: dict[str, Callable[[], Any]] = {
    "all": lambda: Story.objects.order_by("pk"),
    "unordered": lambda: Story.objects.all(),
    "none": lambda: Story.objects.none(),
    "manager": lambda: Story.shown.order_by("-pk"),
    "slice": lambda: Story.objects.order_by("pk")[1:4],
    "list": lambda: list(Story.objects.order_by("pk")),
    "values": lambda: Story.objects.order_by("pk").values("title", "pk", "author"),
    "values_list": lambda: Story.objects.order_by("pk").values_list("title", flat=True),
    "union": lambda: (
        Story.objects.filter(pk__lt=3).union(Story.objects.filter(pk__gte=3)).order_by("pk")
    ),
    "raw": lambda: Story.objects.raw("SELECT * FROM live_site_story ORDER BY id"),
    "only": lambda: Story.objects.order_by("pk").only("title"),
    "defer": lambda: Story.objects.order_by("pk").defer("author", "title"),
    "annotated": lambda: Story.objects.order_by("pk").annotate(annotated=Count("tags")),
    "distinct": lambda: Story.objects.filter(tags__isnull=False).distinct().order_by("pk"),
    "joined": lambda: Story.objects.order_by("pk").select_related(),
    "prefetched": lambda: Story.objects.order_by("pk").prefetch_related(
        Prefetch("tags", queryset=Tag.objects.filter(name="c"))
    ),
    "locked": lambda: Story.objects.order_by("pk").select_for_update(),
    "filtered": lambda: (
        Story.objects.filter(author__name="Ada")
        .exclude(tags__name="x")
        .order_by("-author__name", "pk")
    ),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", QUERYSETS)
def test_the_output_is_that_of_django(library: None, source: str, name: str) -> None:
    ours = theirs = ""
    failed: tuple[Any, Any] = (None, None)
    try:
        theirs = by_django(source, QUERYSETS[name]())
    except Exception as error:
        failed = (type(error), None)
    try:
        ours, _ = shown(source, QUERYSETS[name]())
    except Exception as error:
        failed = (failed[0], type(error))
    assert (ours, failed[1]) == (theirs, failed[0])


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (TABLE, 2),
        (
            "{% for s in stories %}{{ s.title }}{% endfor %}{% for s in same %}{{ s.pk }}{% endfor %}",
            1,
        ),
        ("{% for s in stories %}{{ s.before.author.name }}{{ s.after.title }}{% endfor %}", 1),
        (
            "{% for s in stories %}{% for t in s.tags.all %}{{ t.owner.name }}{% endfor %}{% endfor %}",
            3,
        ),
        (
            "{% for s in stories %}{% for o in s.author.stories.all %}{{ o.title }}{% endfor %}{% endfor %}",
            2,
        ),
        ("nothing", 0),
    ],
)
def test_queries_do_not_grow_with_the_rows(library: None, source: str, count: int) -> None:
    assert shown(source, Story.objects.order_by("pk"))[1] == count


def test_a_result_that_is_there_is_used(library: None) -> None:
    stories = Story.objects.select_related("author").prefetch_related("tags")
    assert len(stories) == 6
    assert shown(TABLE, stories)[1] == 0
    context = {"stories": stories}
    prepare(context, compiled(TABLE))
    assert context["stories"] is stories


@pytest.mark.parametrize(
    ("source", "deferred"),
    [
        ("{% for s in stories %}{{ s.title }}{{ s.author.name }}{% endfor %}", {"text", "notes"}),
        ("{% for s in stories %}{{ s.text|truncatewords:3 }}{% endfor %}", {"notes"}),
        ("{% for s in stories %}{{ s.length }}{% endfor %}", set()),
        ("{% for s in stories %}{{ s }}{% endfor %}", set()),
        ("{% for s in stories %}{{ s.title }}{% include name %}{% endfor %}", set()),
        (
            "{% for s in stories %}{{ s.title }}{% endfor %}{% for s in same %}{{ s.notes }}{% endfor %}",
            {"text"},
        ),
    ],
)
def test_large_columns_that_nobody_reads_stay_in_the_database(
    source: str, deferred: set[str]
) -> None:
    stories: QuerySet[Story] = Story.objects.all()
    context = {"stories": stories, "same": stories}
    prepare(context, compiled(source))
    query: Any = context["stories"].query
    assert set(query.deferred_loading[0]) == deferred and query.deferred_loading[1]


def test_what_the_view_says_of_columns_stands() -> None:
    for stories in (Story.objects.only("title"), Story.objects.defer("author", "text")):
        context = {"stories": stories}
        prepare(context, compiled(TABLE))
        assert context["stories"].query.deferred_loading == stories.query.deferred_loading
        assert not context["stories"].query.select_related


def test_models_that_listen_to_their_making_get_all_columns(monkeypatch: Any) -> None:
    monkeypatch.setattr(Story, "__init__", lambda self, *args: None)
    context = {"stories": Story.objects.all()}
    prepare(context, compiled(TABLE))
    assert not context["stories"].query.deferred_loading[0]


def test_related_rows_that_a_base_manager_hides_stay_hidden(monkeypatch: Any) -> None:
    monkeypatch.setattr(Author._meta, "base_manager", Story.shown)
    context = {"stories": Story.objects.all()}
    prepare(context, compiled(TABLE))
    assert not context["stories"].query.select_related
