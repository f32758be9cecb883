"""The pages that are compared: who asks, in which language, and for what."""

from __future__ import annotations

from dataclasses import dataclass

import django


@dataclass(frozen=True)
class Page:
    """One request."""

    name: str
    path: str
    data: dict[str, object] | None = None  # Posted, if there is any.
    user: str | None = "chief"
    language: str = "en"
    # What the page must contain, so that two equal failures are not taken for a success.
    shows: str = "</html>"
    status: int = 200
    # The page lists what our backend has besides Django's: there may be more, but nothing may be missing.
    lists_tags: bool = False
    # Requests before it: path and what is posted.
    before: tuple[tuple[str, dict[str, object]], ...] = ()


BOOK = {
    "title": "",
    "slug": "x",
    "category": "1",
    "authors": ["1", "2"],
    "binding": "q",
    "price": "1,5x",
    "published_0": "never",
    "published_1": "13:00",
    "facts": "{",
    "edition_set-TOTAL_FORMS": "1",
    "edition_set-INITIAL_FORMS": "0",
    "edition_set-0-year": "no",
    "review_set-TOTAL_FORMS": "1",
    "review_set-INITIAL_FORMS": "0",
    "review_set-0-stars": "9",
}
AUTHORS = {
    "form-TOTAL_FORMS": "2",
    "form-INITIAL_FORMS": "2",
    "form-0-id": "1",
    "form-0-born": "x",
    "form-1-id": "2",
    "form-1-mail": "no address",
    "_save": "Save",
}
LIST = "/admin/shop/book/"
SELECTED = {"_selected_action": ["1", "2", "3"], "index": "0"}

PAGES = [
    Page("index", "/admin/", shows="Recent actions"),
    Page("index without permissions", "/admin/", user="guest"),
    Page("application", "/admin/shop/", shows="Categories"),
    Page("list", LIST, shows="result_list"),
    Page("second page of the list", LIST + "?p=2", shows="paginator"),
    Page("whole list", LIST + "?all=", shows="result_list"),
    Page("list with a search", LIST + "?q=Book+1&o=-3.1", shows="Book 1"),
    Page("list with filters", LIST + "?is_sold_out__exact=1&price=low&binding__exact=h"),
    Page("list filtered by relation", LIST + "?category__id__exact=1&authors__id__exact=2"),
    Page("list with dates", LIST + "?published__year=2024", shows="2024"),
    Page("list with a month", LIST + "?published__year=2024&published__month=3"),
    Page("list with a day", LIST + "?published__day=5&published__month=3&published__year=2024"),
    Page("empty list", LIST + "?q=nothing+like+this", shows="0 "),
    Page("list in a popup", LIST + "?_popup=1&_to_field=id", shows="popup"),
    Page("list of categories", "/admin/shop/category/"),
    Page("list that can be edited", "/admin/shop/author/", shows="form-0-born"),
    Page("list with errors", "/admin/shop/author/", AUTHORS, shows="errorlist"),
    Page("list for one who may look", LIST, user="reader", shows="result_list"),
    Page("delete selected", LIST, SELECTED | {"action": "delete_selected"}, shows="Are you sure"),
    Page(
        "delete selected, protected",
        "/admin/shop/category/",
        SELECTED | {"action": "delete_selected"},
        shows="protected",
    ),
    Page(
        "message after an action",
        LIST,
        before=((LIST, SELECTED | {"action": "sell_out"}),),
        shows="&lt;sold out&gt;",
    ),
    Page("message without a selection", LIST, before=((LIST, {"action": "sell_out"}),)),
    Page("add", LIST + "add/", shows="inline-group"),
    Page("add in a popup", LIST + "add/?_popup=1", shows="popup"),
    Page("add with values given", LIST + "add/?title=%3Cgiven%3E&category=2", shows="&lt;given"),
    Page("add with errors", LIST + "add/", BOOK, shows="errornote"),
    Page("add a category", "/admin/shop/category/add/", shows="prepopulated"),
    Page(
        "answer of a popup",
        "/admin/shop/category/add/?_popup=1",
        {"name": "New </script>", "slug": "new", "_popup": "1"},
        shows="popup_response",
    ),
    Page("change", LIST + "1/change/", shows="submit-row"),
    Page("change with empty values", LIST + "2/change/", shows="submit-row"),
    Page("change in a popup", LIST + "1/change/?_popup=1", shows="popup"),
    Page("change for one who may look", LIST + "1/change/", user="reader", shows="readonly"),
    Page("change with errors", LIST + "1/change/", BOOK, shows="errorlist"),
    Page("change an author", "/admin/shop/author/1/change/", shows="cover"),
    Page("what is not there", "/admin/", before=((LIST + "99/change/", {}),)),
    Page("history", LIST + "1/history/", shows="change-history"),
    Page("empty history", LIST + "2/history/", shows="history"),
    Page("delete", LIST + "1/delete/", shows="Are you sure"),
    Page("delete, protected", "/admin/shop/category/1/delete/", shows="protected"),
    Page("delete, forbidden", LIST + "1/delete/", user="reader", status=403, shows=""),
    Page("users", "/admin/auth/user/", shows="result_list"),
    Page("add a user", "/admin/auth/user/add/", shows="password1"),
    Page("change a user", "/admin/auth/user/1/change/", shows="user_permissions"),
    Page("password of a user", "/admin/auth/user/1/password/", shows="password2"),
    Page("group", "/admin/auth/group/1/change/", shows="selectfilter"),
    Page("login", "/admin/login/?next=/admin/", user=None, shows="login-form"),
    Page("login asked for", "/admin/shop/", user=None, status=302, shows=""),
    Page(
        "login refused",
        "/admin/login/",
        {"username": "<who>", "password": "x"},
        user=None,
        shows="errornote",
    ),
    Page("login of another", "/admin/login/", user="visitor", shows="visitor"),
    Page("logged out", "/admin/logout/", {}, shows="Logged out"),
    Page("password change", "/admin/password_change/", shows="old_password"),
    Page(
        "password change refused",
        "/admin/password_change/",
        {"old_password": "x", "new_password1": "1", "new_password2": "2"},
        shows="errorlist",
    ),
    Page("password changed", "/admin/password_change/done/", shows="password"),
    Page("password reset", "/admin/reset/", user=None, shows="email"),
    Page("password reset sent", "/reset/done/", user=None),
    Page("password reset, bad link", "/reset/x/y/", user=None, shows="invalid"),
    Page("password reset complete", "/reset/complete/", user=None),
    Page("documentation", "/admin/doc/", shows="Documentation"),
    Page("documentation: bookmarklets", "/admin/doc/bookmarklets/", shows="ookmarklet"),
    Page("documentation: tags", "/admin/doc/tags/", shows="blocktranslate", lists_tags=True),
    Page("documentation: filters", "/admin/doc/filters/", shows="truncatechars"),
    Page("documentation: views", "/admin/doc/views/", shows="shop"),
    Page(
        "documentation: a view",
        "/admin/doc/views/django.contrib.auth.views.PasswordResetView/",
    ),
    Page("documentation: models", "/admin/doc/models/", shows="Review"),
    Page("documentation: a model", "/admin/doc/models/shop.book/", shows="discount"),
    Page(
        "documentation: a template",
        "/admin/doc/templates/admin/base.html/",
        shows="admin/base.html",
    ),
]
if django.VERSION >= (5, 0):
    PAGES.append(Page("list with facets", LIST + "?_facets=True", shows="result_list"))
LANGUAGES = ["de", "ar", "pl"]
IN_LANGUAGES = [
    "index",
    "list",
    "list with dates",
    "delete selected",
    "add with errors",
    "change",
    "history",
    "login",
]
