"""QuerySets in a template's context, with the related objects that the template reads fetched at once.

The compiled template tells which attributes of the items it reads. That only adds ``select_related``, ``prefetch_related``
and ``defer`` to a copy of the QuerySet: the objects are those that the view's own QuerySet gives, so that a template that was
read wrongly costs queries but never shows anything else.

Invariants: the QuerySet that the view holds is neither changed nor evaluated; a QuerySet is evaluated at most once in a
render, under however many names it goes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.signals import post_init

if TYPE_CHECKING:
    from ..template import Template

# What the compiled template says: the uses of attributes by name, of the items under None, of the value itself under True.
Read = dict[Any, Any]

# Columns that may be large. Leaving out small ones would cost more than it saves.
_LARGE = (models.TextField, models.JSONField, models.BinaryField)
# Relations are followed so far.
_DEPTH = 4


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a template reads of the items of a QuerySet, in terms of their model."""

    relations: tuple[tuple[str, bool], ...]
    """Relations, outer ones first, each with whether it may be joined."""

    unread: tuple[str, ...]
    """Large columns that nothing reads."""


def prepare(context: dict[str, Any], template: Template) -> None:
    """Replace the QuerySets of a context by copies that fetch what the template reads."""
    reads, _ = template.reads
    prepared: dict[int, QuerySet[Any]] = {}
    for value in context.values():
        if not isinstance(value, QuerySet) or value._result_cache is not None:
            continue
        if id(value) not in prepared:
            names = tuple(each for each in reads if context.get(each) is value)
            prepared[id(value)] = _fetching(value, template, names)
    for name, value in list(context.items()):
        if id(value) in prepared:
            context[name] = prepared[id(value)]


def _fetching(queryset: QuerySet[Any], template: Template, names: tuple[str, ...]) -> QuerySet[Any]:
    """A copy that fetches what is read of the items of these names."""
    copy: Any = queryset.all()
    query = copy.query
    if (
        not names
        or copy._iterable_class is not ModelIterable
        or query.combinator
        or query.select_for_update
    ):
        return copy  # type: ignore[no-any-return]
    plan = _plan(template, names, copy.model)
    joins, lookups = _open_relations(copy, plan)
    if joins and query.select_related is not True:
        copy = copy.select_related(*joins)
    if lookups:
        copy = copy.prefetch_related(*lookups)
    if plan.unread and not query.deferred_loading[0] and not post_init.has_listeners(copy.model):
        copy = copy.defer(*plan.unread)
    return copy  # type: ignore[no-any-return]


def _plan(template: Template, names: tuple[str, ...], model: type[models.Model]) -> Plan:
    plan = template.plans.get((names, model))
    if plan is None:
        reads, complete = template.reads
        items = [reads[name][None] for name in names if None in reads[name]]
        item = _merged(items) if items else {}
        plan = Plan(
            tuple(_relations(model, item, "", not settings.DATABASE_ROUTERS, _DEPTH)),
            tuple(_unread(model, item)) if items and complete else (),
        )
        template.plans[names, model] = plan
    return plan


def _merged(reads: list[Read]) -> Read:
    """Several uses of one value as one."""
    if len(reads) == 1:
        return reads[0]
    merged: Read = {}
    for key in {key for read in reads for key in read}:
        inner = [read[key] for read in reads if key in read]
        merged[key] = True if key is True else _merged(inner)
    return merged


def _open_relations(queryset: QuerySet[Any], plan: Plan) -> tuple[list[str], list[str]]:
    """What to join, and what to fetch by a query of its own, after what the view has said itself."""
    joins: list[str] = []
    lookups: list[str] = []
    taken = {
        lookup.prefetch_to.split("__")[0]
        for lookup in queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        if isinstance(lookup, Prefetch)
    }
    taken |= _left_out(queryset)
    for path, joined in plan.relations:
        if path.split("__")[0] not in taken:
            (joins if joined else lookups).append(path)
    return joins, lookups


def _relations(
    model: type[models.Model], item: Read, before: str, joins: bool, depth: int
) -> Iterator[tuple[str, bool]]:
    """The relations that are read, outer ones first, each with whether it may be joined."""
    if depth == 0:
        return
    fields = _accessors(model)
    for name, use in item.items():
        field = fields.get(name)
        if field is None:
            continue
        path = f"{before}{name}"
        related = field.related_model
        if related is None:
            # A generic foreign key leads to several models.
            yield path, False
        elif field.many_to_many or field.one_to_many:
            every = use.get("all")
            if every and (None in every or True in every):
                yield path, False
                yield from _relations(related, every.get(None, {}), f"{path}__", False, depth - 1)
        elif type(related._base_manager) is models.Manager:
            # A join goes by the name of queries, everything else by that of the attribute.
            joined = joins and (field.concrete or field.field.related_query_name() == name)
            yield path, joined
            yield from _relations(related, use, f"{path}__", joined, depth - 1)


def _accessors(model: type[models.Model]) -> dict[str, Any]:
    """The relations of a model by the attributes that lead along them."""
    found: dict[str, Any] = {}
    for field in model._meta.get_fields():
        if not field.is_relation:
            continue
        reverse = field.auto_created and not field.concrete
        name = field.get_accessor_name() if reverse else field.name  # type: ignore[union-attr]
        if name:
            found[name] = field
    return found


def _left_out(queryset: QuerySet[Any]) -> set[str]:
    """Single relations that are not loaded with the rows because ``only()`` or ``defer()`` of the view says so."""
    query: Any = queryset.query
    names, deferred = query.deferred_loading
    if not names:
        return set()
    names = {name.split("__")[0] for name in names}
    single = {
        name
        for name, field in _accessors(queryset.model).items()
        if not (field.many_to_many or field.one_to_many)
    }
    return single & names if deferred else single - names


def _unread(model: type[models.Model], item: Read) -> list[str]:
    """Large columns that the template does not read; none where anything else may read them."""
    if (
        True in item
        or model.__init__ is not models.Model.__init__
        or model.from_db.__func__ is not models.Model.from_db.__func__  # type: ignore[attr-defined]
    ):
        return []
    known = {"pk", *_accessors(model)}
    for field in model._meta.concrete_fields:
        known |= {field.name, field.attname}
    # A method or a property may read any column.
    if not known.issuperset(item.keys()):
        return []
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, _LARGE) and field.name not in item and not field.primary_key
    ]
