"""The environment of its own that has the published djust, whose import name is ours."""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import dataclass
from pathlib import Path

PUBLISHED = Path(__file__).resolve().parents[5] / ".venvs/published/bin/python"


@dataclass(frozen=True)
class Interpreter:
    path: Path
    djust: str
    django: str

    @property
    def command(self) -> list[str]:
        # Isolated, or it would import the djust of this directory or of PYTHONPATH.
        return [str(self.path), "-I"]


def add_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--published", type=Path, help="interpreter that has the published djust")


def chosen(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Interpreter | None:
    """The interpreter that the option names, or the one that ``scripts/bench`` makes, if it has the package."""
    path: Path = options.published or PUBLISHED
    script = "from importlib.metadata import version as v; print(v('djust'), v('Django'))"
    try:
        found = subprocess.run([path, "-I", "-c", script], capture_output=True, text=True)
    except OSError:
        found = None
    if found is not None and found.returncode == 0:
        return Interpreter(path, *found.stdout.split())
    if options.published:
        parser.error(f"{path} has no djust: create an environment and install it there")
    print(f"Without the published djust: {path} does not have it.")
    return None
