"""Middleware of the test project."""

from typing import Any

from django.contrib.auth.models import User


def login_by_header(get_response: Any) -> Any:
    """Log in whom the header names."""

    def middleware(request: Any) -> Any:
        request.user = User.objects.get(username=request.headers["X-User"])
        return get_response(request)

    return middleware
