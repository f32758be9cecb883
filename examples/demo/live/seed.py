"""The rows that a new database starts with: the same on every machine."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import TypedDict

SIZES = [
    "Small", "Large", "Narrow", "Wide", "Folding",
    "Round", "Square", "Low", "Tall", "Portable",
]  # fmt: skip
MATERIALS = [
    "oak", "ash", "steel", "glass", "linen",
    "cork", "paper", "leather", "ceramic", "bamboo",
]  # fmt: skip
THINGS = {
    "chair": "Seating",
    "stool": "Seating",
    "bench": "Seating",
    "lamp": "Lighting",
    "lantern": "Lighting",
    "desk": "Tables",
    "shelf": "Storage",
    "basket": "Storage",
    "box": "Storage",
    "clock": "Decoration",
}


class ProductRow(TypedDict):
    name: str
    category: str
    price: Decimal
    stock: int


def products() -> Iterator[ProductRow]:
    """1,000 products: every size in every material of every thing."""
    for number, (size, material, thing) in enumerate(product(SIZES, MATERIALS, THINGS)):
        yield {
            "name": f"{size} {material} {thing}",
            "category": THINGS[thing],
            "price": Decimal(500 + number * 7919 % 39500) / 100,
            "stock": number * 37 % 61,
        }


TASKS = [
    ("Read the source of this page", True),
    ("Add a task of your own", False),
    ("Open this page in a second tab", False),
    ("Double the width of the window", False),
]

MESSAGES = [
    ("First tab", "Open this page in two tabs, or in two browsers."),
    ("Second tab", "What one of them sends, the other shows at once."),
]
