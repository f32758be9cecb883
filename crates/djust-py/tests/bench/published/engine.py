"""The template engine and the diff of the published djust, driven by lines of JSON: see ``engine_alone.py``.

Its runtime gives a page the whole context for each event, as this does.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from djust._rust import RustLiveView


class Page:
    def __init__(self, source: str, contexts: list[dict[str, Any]]) -> None:
        self._view = RustLiveView(source)
        self._contexts = contexts
        self._update(contexts[0])

    def _update(self, context: dict[str, Any]) -> str:
        self._view.update_state(context)
        patches: str | None = self._view.render_with_diff()[1]
        return patches or ""

    def run(self, repeats: int) -> tuple[list[float], int]:
        before, after = self._contexts
        spent, patches = [], ""
        for _ in range(repeats):
            start = time.process_time()
            patches = self._update(after)
            spent.append((time.process_time() - start) * 1000)
            self._update(before)
        return spent, len(patches.encode())


def main() -> None:
    page: Page | None = None
    for line in sys.stdin:
        question = json.loads(line)
        if page is not None and "repeats" in question:
            answer: Any = page.run(question["repeats"])
        else:
            page, answer = Page(question["source"], question["contexts"]), None
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
