"""Model instances and QuerySets in stored state."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.db.models import query as query_module
from django.db.models.fields.files import FieldFile

from ..exceptions import StateError

# What a QuerySet gives: instances, or what values() and values_list() ask for.
_ROWS: dict[str, Any] = {
    rows.__name__: rows
    for rows in (
        query_module.ModelIterable,
        query_module.ValuesIterable,
        query_module.ValuesListIterable,
        query_module.NamedValuesListIterable,
        query_module.FlatValuesListIterable,
    )
}


def encode_instance(instance: Model, encode: Callable[[Any], Any]) -> list[Any]:
    """The model's label, the database, whether the row is new, and the loaded fields with their values.

    The values are those in memory, so a field that was changed and not saved comes back changed. Deferred fields stay
    deferred; related objects are fetched again when they are used.
    """
    values: dict[str, Any] = {}
    for field in instance._meta.concrete_fields:
        if field.attname not in instance.__dict__:
            continue
        value = instance.__dict__[field.attname]
        if isinstance(value, FieldFile):
            value = value.name
        try:
            values[field.attname] = encode(value)
        except StateError:
            values[field.attname] = {"$": ["text", field.value_to_string(instance)]}
    state = instance._state
    return [instance._meta.label_lower, state.db, state.adding, values]


def decode_instance(
    label: str,
    database: str | None,
    adding: bool,
    values: dict[str, Any],
    *,
    decode: Callable[[Any], Any],
) -> Model:
    """The instance that :func:`encode_instance` was given, without a query."""
    model = _model(label)
    names: list[str] = []
    loaded: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.attname in values:
            names.append(field.attname)
            loaded.append(field.to_python(decode(values[field.attname])))
    instance: Model = model.from_db(database, names, loaded)
    instance._state.adding = adding
    instance._state.db = database
    return instance


def encode_queryset(queryset: Any) -> list[Any]:
    """The query without its results: it is not evaluated.

    Django documents pickling a QuerySet's ``query`` for this purpose; the pickle is part of a signed text that never
    leaves the server.
    """
    lookups = queryset._prefetch_related_lookups
    if not all(isinstance(lookup, str) for lookup in lookups):
        raise StateError("a QuerySet with Prefetch objects cannot be stored")
    try:
        query = pickle.dumps(queryset.query)
    except Exception as error:
        raise StateError(f"the query of a QuerySet cannot be stored: {error}") from error
    rows = queryset._iterable_class.__name__
    if rows not in _ROWS:
        raise StateError(f"a QuerySet that gives {rows} cannot be stored")
    label = queryset.model._meta.label_lower
    return [label, queryset._db, base64.b64encode(query).decode(), rows, list(lookups)]


def decode_queryset(
    label: str, database: str | None, query: str, rows: str, lookups: list[str]
) -> QuerySet[Any]:
    """A QuerySet with the stored query. Called only for text whose signature was checked."""
    model = _model(label)
    queryset: Any = model._default_manager.using(database).all()
    try:
        queryset.query = pickle.loads(base64.b64decode(query))  # noqa: S301
    except Exception as error:
        raise StateError(f"the query of a stored QuerySet cannot be read: {error}") from error
    queryset._iterable_class = _ROWS[rows]
    if lookups:
        queryset = queryset.prefetch_related(*lookups)
    return queryset  # type: ignore[no-any-return]


def _model(label: str) -> type[Model]:
    try:
        return apps.get_model(label)
    except LookupError:
        raise StateError(
            f"stored state names the model {label}, which this process does not have"
        ) from None
