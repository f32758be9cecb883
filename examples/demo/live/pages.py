"""The pages of the demo: the menu, the cards of the home page and the line under each title."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Page:
    """One live page. Its name is also the name of its URL, its template and its source file."""

    name: str
    title: str
    summary: str
    explanation: str


PAGES = [
    Page(
        "counter",
        "Counter",
        "The smallest live page: two buttons and a number.",
        "A click calls a Python method on the server, which changes one attribute. "
        "Only the new number travels back.",
    ),
    Page(
        "todo",
        "To-do list",
        "Add, edit, tick off, filter. Kept in the database.",
        "Forms and buttons call methods that use the ORM. The list is keyed, "
        "so that a row keeps its element when others come and go.",
    ),
    Page(
        "search",
        "Search as you type",
        "1,000 products in the database, found while you type.",
        "What you type runs a query on the server and becomes the address of the page. "
        "Rows that stay in the result stay in the page. "
        "Without JavaScript it is an ordinary search form.",
    ),
    Page(
        "table",
        "Big table",
        "Create, swap, reverse and update 1,000 or 10,000 rows.",
        "The rows are a Python list. After each change the server sends the moves, insertions and "
        "new texts that lead from the old table to the new one, and nothing else.",
    ),
    Page(
        "report",
        "Report",
        "Slow work in the background, with a way to stop it.",
        "The handler only starts the work, so the page stays usable; a method is called when the "
        "work is done. Leave the page, and the work ends.",
    ),
    Page(
        "dashboard",
        "Dashboard",
        "Figures of the server process, new every second.",
        "The server calls a method every second and sends what has changed: "
        "some digits, and the points of a line in an SVG.",
    ),
    Page(
        "chat",
        "Chat",
        "Two tabs, one conversation.",
        "A new message is stored and then pushed to every open page of this view. "
        "Open a second tab to talk to yourself.",
    ),
]

BY_NAME = {page.name: page for page in PAGES}


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: all pages, and the one that is being shown."""
    match = request.resolver_match
    return {"pages": PAGES, "page": BY_NAME.get(match.url_name or "") if match else None}
