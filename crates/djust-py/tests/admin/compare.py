"""Asks for every page with Django's template backend and with ours: ``python compare.py``.

Prints one JSON object: for each page its status, its length and, where the two differ, how. It is a process of its own
because the project has settings of its own.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import re
import sys
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "admin_site.settings"

import django

django.setup()

from admin_pages import IN_LANGUAGES, LANGUAGES, PAGES, Page  # noqa: E402
from admin_site import settings as project  # noqa: E402
from admin_site.shop.models import Author, Book, Category, Edition, Review  # noqa: E402
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry  # noqa: E402
from django.contrib.auth import user_logged_in  # noqa: E402
from django.contrib.auth.models import Group, Permission, User  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.signals import setting_changed  # noqa: E402
from django.test.utils import override_settings  # noqa: E402

import djust.template  # noqa: E402

assert setting_changed.receivers, "exchanging TEMPLATES needs the receivers of Django's tests"

# What is different in each answer: the token against forged requests.
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
# Content-Security-Policy, from Django 6.0 on.
NONCE = re.compile(r'( nonce=")[^"]*')


def fill() -> None:
    """What the pages show."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    chief = User.objects.create_superuser("chief", "chief@example.com", "secret", first_name="<C>")
    reader = User.objects.create_user("reader", password="secret", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    User.objects.create_user("guest", password="secret", is_staff=True)
    User.objects.create_user("visitor", password="secret")
    Group.objects.create(name="Editors & co").permissions.set(Permission.objects.all()[:3])
    categories = [Category.objects.create(name=f"Shelf <{n}>", slug=f"s{n}") for n in (1, 2, 3)]
    authors = [
        Author.objects.create(
            name=f"Author & {n}",
            born=date(1900 + n, 5, n + 1) if n % 2 else None,
            home=f"https://example.com/?a=1&b={n}",
        )
        for n in range(4)
    ]
    for n in range(1, 13):
        book = Book.objects.create(
            title=f"Book {n} <of> 'all' & \"more\"",
            slug=f"book-{n}",
            category=categories[n % 2],
            editor=chief if n % 3 else None,
            binding="hs"[n % 2],
            price=f"{n * 1234}.50" if n % 2 else "3.99",
            weight=n * 1000.5 if n % 3 else None,
            pages=n * 999,
            is_sold_out=[None, True, False][n % 3],
            published=datetime(2023 + n % 2, 1 + n % 4, 5, 23, 30, tzinfo=timezone.utc)
            + timedelta(days=n % 3),
            shelf_time=time(n, 5) if n % 2 else None,
            sample=f"samples/a&{n}.pdf" if n % 2 else "",
            note="two\nlines <b>" if n % 2 else "",
            facts={"n": n, "text": "<é>"},
        )
        book.authors.set(authors[: n % 3 + 1])
        if n % 2:
            Edition.objects.create(book=book, year=1900 + n, remark="<first>")
            Review.objects.create(book=book, stars=n % 3 + 1, text="Good & cheap")
    kind = ContentType.objects.get_for_model(Book).pk
    for flag, message in (
        (ADDITION, '[{"added": {}}]'),
        (CHANGE, '[{"changed": {"fields": ["Title", "Price"]}}]'),
        (CHANGE, '[{"added": {"name": "edition", "object": "<x>"}}]'),
        (CHANGE, "An older <message>"),
    ):
        LogEntry.objects.create(
            user=chief,
            content_type_id=kind,
            object_id="1",
            object_repr="Book <1>",
            action_flag=flag,
            change_message=message,
            action_time=datetime(2024, 3, 5, 12, tzinfo=timezone.utc),
        )


# Logging in would note the moment in the user that a page shows.
user_logged_in.disconnect(dispatch_uid="update_last_login")


class Undo(Exception):
    """Ends a transaction."""


def ask(page: Page) -> tuple[int, str]:
    """Status and text of a page; what the request has changed is undone."""
    client = Client(headers={"accept-language": page.language})
    answers = []
    try:
        with transaction.atomic():
            if page.user is not None:
                client.force_login(User.objects.get(username=page.user))
            for path, data in page.before:
                client.post(path, data) if data else client.get(path)
            if page.data is None:
                answers.append(client.get(page.path))
            else:
                answers.append(client.post(page.path, page.data))
            raise Undo
    except Undo:
        pass
    text = answers[0].content.decode()
    return answers[0].status_code, NONCE.sub(r"\1", TOKEN.sub(r"\1", text))


def compare(page: Page, answers: list[tuple[int, str]]) -> dict[str, object]:
    """What both backends gave for a page."""
    (status, text), (own_status, own_text) = answers
    difference = list(
        difflib.unified_diff(text.splitlines(), own_text.splitlines(), "Django", "djust", n=1)
    )
    return {
        "status": own_status,
        "length": len(own_text),
        "shows": page.shows in own_text,
        "equal": status == own_status and text == own_text,
        "difference": difference[:60],
    }


def main() -> None:
    fill()
    pages = list(PAGES)
    for language in LANGUAGES:
        pages += [
            dataclasses.replace(page, name=f"{page.name}, {language}", language=language, shows="")
            for page in PAGES
            if page.name in IN_LANGUAGES
        ]
    answers: dict[str, list[tuple[int, str]]] = {page.name: [] for page in pages}
    for templates in (project.DJANGO, project.DJUST):
        with override_settings(TEMPLATES=templates):
            is_ours = isinstance(next(iter(engines.all())), djust.template.DjustTemplates)
            assert is_ours == (templates is project.DJUST)
            for page in pages:
                answers[page.name].append(ask(page))
    json.dump({page.name: compare(page, answers[page.name]) for page in pages}, sys.stdout)


if __name__ == "__main__":
    main()
