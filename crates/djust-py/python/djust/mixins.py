"""Mixins for views, as Django has them.

They are Django's own: a socket enters a view through the same ``dispatch()`` as a request, so nothing has to be added.
"""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin

__all__ = ["LoginRequiredMixin", "PermissionRequiredMixin"]
