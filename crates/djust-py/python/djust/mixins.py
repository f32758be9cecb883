"""Mixins for views, as Django has them.

Those for access are Django's own: a socket enters a view through the same ``dispatch()`` as a request, so nothing has to be
added.
"""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin

__all__ = ["LoginRequiredMixin", "NavigationMixin", "PermissionRequiredMixin"]


class NavigationMixin:
    """Says in the bases of a view that it answers changes of the address.

    Every :class:`~djust.LiveView` can do so by overriding ``handle_params``; the mixin adds nothing.
    """
