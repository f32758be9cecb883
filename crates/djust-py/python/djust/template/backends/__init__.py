"""Backends for ``TEMPLATES``."""
