"""The headers that the demo adds to every response."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    [
        "default-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types djust",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)

Handler = Callable[[HttpRequest], HttpResponse]


def content_security_policy(get_response: Handler) -> Handler:
    """Allow only this site's own files, no inline script or style, no `eval`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # Django's page about an error has inline styles and scripts; it exists only with DEBUG.
        if not (settings.DEBUG and response.status_code >= 500):
            response.headers["Content-Security-Policy"] = POLICY
        return response

    return middleware
