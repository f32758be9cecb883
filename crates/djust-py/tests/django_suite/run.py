"""Runs Django's own template tests against djust's backend.

    python run.py django-5.2.x.tar.gz [test label ...]

Takes Django's source distribution (an archive, or a directory with it unpacked) of the version that is installed, and
runs ``template_tests``, ``template_loader`` and ``template_backends`` with the engine exchanged. Tests that may fail
are listed in ``exceptions.py``.
"""

from __future__ import annotations

import os
import runpy
import sys
import tarfile
import tempfile
from pathlib import Path

LABELS = ["template_tests", "template_loader", "template_backends"]
HERE = Path(__file__).resolve().parent

SETTINGS = """
from test_sqlite import *

TEST_RUNNER = "django_suite.runner.SuiteRunner"
"""


def unpack(source: Path, into: Path) -> Path:
    """The directory ``tests`` of a source distribution."""
    if source.is_dir():
        return source / "tests"
    with tarfile.open(source) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(into, filter="data")
        else:
            archive.extractall(into)
    (root,) = into.iterdir()
    return root / "tests"


def check_version(tests: Path) -> None:
    import django

    information = (tests.parent / "PKG-INFO").read_text()
    version = next(line for line in information.splitlines() if line.startswith("Version: "))
    if version.removeprefix("Version: ") != django.__version__:
        sys.exit(f"The source distribution is of {version}, installed is {django.__version__}.")


def main(arguments: list[str]) -> None:
    if not arguments:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as directory:
        into = Path(directory)
        (into / "source").mkdir()
        tests = unpack(Path(arguments[0]).resolve(), into / "source")
        check_version(tests)
        (into / "djust_suite_settings.py").write_text(SETTINGS)
        sys.path[:0] = [str(tests), str(HERE.parent), str(into)]
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)

        from django_suite.substitute import substitute

        substitute()
        script = tests / "runtests.py"
        options = ["--settings=djust_suite_settings", "--parallel=1", "--verbosity=0"]
        sys.argv = [str(script), *options, *(arguments[1:] or LABELS)]
        runpy.run_path(str(script), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
