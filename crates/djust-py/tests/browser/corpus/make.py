"""Writes ``sequences.json`` again: ``python make.py``. The same numbers always give the same sequences."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

HERE = Path(__file__).parent
SEQUENCES = 520
WORDS = ["", "w", "two words", "<b>", "&amp;", '"q"', "é😀", "\n", " "]
#: What a value brings that is markup.
MARKUP = [
    "",
    "text",
    "<b>bold</b>",
    "<p>one</p><p>two</p>",
    "<p>one<p>two",
    "<!--c-->",
    "<i>un<b>closed",
    "</div>",
    "<ul><li>a<li>b</ul>",
    "<table><tr><td>1</table>",
    "<b id=k>1</b>",
]

#: A loop whose items have keys: the name of their element.
KEYED = re.compile(r'{% for row in rows %}\s*<(\w+) [^>]*(?:dj-key|data-key)="{{ row.id }}"')


def context(numbers: random.Random, ids: range) -> list[object]:
    """A word, a flag, a number of markup, and rows: number, text, whether it is on."""
    rows = numbers.sample(ids, numbers.randrange(len(ids)))
    text = [f"{row}{numbers.choice('abc')}{numbers.choice('+-')}" for row in rows]
    return [
        numbers.choice(WORDS),
        numbers.randrange(2),
        numbers.randrange(len(MARKUP)),
        " ".join(text),
    ]


def main() -> None:
    pieces = (HERE / "pieces.txt").read_text("utf-8").removesuffix("\n").split("\n%%\n")
    numbers = random.Random(5)
    sequences = []
    for number in range(SEQUENCES):
        first = pieces[number % len(pieces)]
        others = [numbers.choice(pieces) for _ in range(numbers.randrange(3))]
        parts = [first, *others]
        numbers.shuffle(parts)
        steps = [context(numbers, range(1, 9)) for _ in range(numbers.randrange(3, 6))]
        source = "".join(parts)
        # A key counts on the first element of a loop's body; markup of a value may put elements elsewhere.
        keyed = [] if "markup" in source else KEYED.findall(source)
        sequences.append([source, sorted(set(keyed)), steps])
    text = ",\n".join(
        json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in sequences
    )
    (HERE / "sequences.json").write_text(f"[\n{text}\n]\n", "utf-8")


if __name__ == "__main__":
    main()
