"""Handlers are plain methods: most tests need neither a server nor a socket."""

from django.test import TestCase
from django.urls import reverse

from djust.testing import LiveClient
from live.models import Message, Product, Task
from live.pages import PAGES
from live.views.chat import ChatView
from live.views.counter import CounterView
from live.views.search import SearchView
from live.views.table import TableView
from live.views.todo import TodoView


class PageTests(TestCase):
    def test_every_page_and_every_source_is_served(self) -> None:
        addresses = [reverse("home")]
        for page in PAGES:
            addresses += [reverse(page.name), reverse("source", args=[page.name])]
        for address in addresses:
            with self.subTest(address):
                response = self.client.get(address)
                self.assertEqual(response.status_code, 200)
                self.assertContains(response, "<h1>")
                self.assertIn("default-src 'self'", response["Content-Security-Policy"])

    def test_there_is_no_source_of_other_files(self) -> None:
        for name in ["home", "settings", "models"]:
            self.assertEqual(self.client.get(f"/source/{name}.py").status_code, 404)

    def test_all_places_of_all_pages_are_compared_by_themselves(self) -> None:
        for page in PAGES:
            with self.subTest(page.name):
                native = LiveClient().open(reverse(page.name)).session.native
                self.assertTrue(native.is_shaped, native.refusals())
                typed, opaque = native.coverage()
                self.assertGreater(typed, 10)
                self.assertEqual(opaque, 0, native.report())

    def test_search_works_as_an_ordinary_form(self) -> None:
        response = self.client.get("/search/", {"q": "round steel", "category": "Seating"})
        self.assertContains(response, "3 products found")
        self.assertContains(response, "Round steel chair")


class HandlerTests(TestCase):
    def test_counter(self) -> None:
        view = CounterView()
        view.increment()
        view.set_step(value=5)
        view.increment()
        view.decrement()
        self.assertEqual(view.count, 1)
        view.reset()
        self.assertEqual(view.count, 0)

    def test_todo(self) -> None:
        view = TodoView()
        view.add(title="  Water the plants ")
        view.add(title="   ")
        task = Task.objects.last()
        assert task is not None
        self.assertEqual(task.title, "Water the plants")
        view.toggle(task_id=task.pk)
        task.refresh_from_db()
        self.assertTrue(task.done)
        view.edit(task_id=task.pk)
        view.save(task_id=task.pk, title="Feed the cat")
        task.refresh_from_db()
        self.assertEqual((task.title, view.editing), ("Feed the cat", 0))
        view.choose(show="nonsense")
        self.assertEqual(view.show, "all")
        view.remove(task_id=task.pk)
        self.assertFalse(Task.objects.filter(pk=task.pk).exists())

    def test_search(self) -> None:
        self.assertEqual(Product.objects.count(), 1000)
        view = SearchView()
        view.handle_params({"q": "oak lamp"}, "/search/?q=oak+lamp")
        self.assertEqual(view.get_context_data()["found"], 10)

    def test_what_is_searched_for_is_in_the_address(self) -> None:
        page = LiveClient().open(reverse("search"))
        page.send("search", value="oak lamp")
        page.send("choose_category", value="Lighting")
        self.assertIn("/search/?q=oak+lamp&category=Lighting", page.effects[-1])
        self.assertIn("10 products found", page.html)

    def test_report(self) -> None:
        page = LiveClient().open(reverse("report"))
        page.send("start", seconds=0)
        self.assertIn("pieces in", page.html)

    def test_table(self) -> None:
        view = TableView()
        view.create(count=20)
        view.swap()
        view.reverse()
        view.prepend()
        view.remove(row_id=1)
        numbers = [row["id"] for row in view.rows]
        self.assertEqual(numbers, [21, 20, 2, *range(18, 2, -1), 19])
        self.assertEqual(TableView().rows, [])

    def test_chat(self) -> None:
        view = ChatView()
        view.send(author="Ada", body=" Hello ")
        view.send(author="Ada", body="  ")
        self.assertEqual(Message.objects.filter(author="Ada", body="Hello").count(), 1)
        self.assertEqual(view.get_context_data()["messages"][-1].body, "Hello")
