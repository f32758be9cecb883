"""A test runner that says, for each of Django's tests, whether it used the engine and whether its failure is known."""

from __future__ import annotations

import json
import os
import sys
import unittest
from typing import Any

from django.test.runner import DiscoverRunner

from djust.template import nodes, template

from .exceptions import EXCEPTIONS, reason_for


class Uses:
    """How often the engine was used."""

    def __init__(self) -> None:
        self.compiled = 0
        self.rendered = 0
        self.listed = 0

    def watch(self) -> None:
        compile_nodelist = template.Template.compile_nodelist
        make_elements = nodes.TemplateNodeList.make_elements
        render = nodes.CompiledNodeList.render

        def counted_compile(this: Any) -> Any:
            self.compiled += 1
            return compile_nodelist(this)

        def counted_elements(this: Any) -> Any:
            self.listed += 1
            return make_elements(this)

        def counted_render(this: Any, context: Any) -> Any:
            self.rendered += 1
            return render(this, context)

        template.Template.compile_nodelist = counted_compile  # type: ignore[method-assign]
        nodes.TemplateNodeList.make_elements = counted_elements  # type: ignore[method-assign]
        nodes.CompiledNodeList.render = counted_render  # type: ignore[method-assign]


USES = Uses()


class Result(unittest.TextTestResult):
    """Counts tests that use the engine; known failures count as expected ones, known failures that pass as errors."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engine_tests: list[str] = []
        self.engine_failures: list[str] = []
        self.known: list[str] = []
        self.failed_now = False

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        self.before = USES.compiled + USES.rendered
        self.failed_now = False

    def used_engine(self) -> bool:
        return USES.compiled + USES.rendered > self.before

    def stopTest(self, test: Any) -> None:
        name = test.id()
        if self.used_engine():
            self.engine_tests.append(name)
            if self.failed_now:
                self.engine_failures.append(name)
        if not self.failed_now and reason_for(name) and name not in self.skipped_names():
            self.errors.append((test, f"{name} passes but is listed as an exception: remove it."))
        super().stopTest(test)

    def skipped_names(self) -> set[str]:
        return {test.id() for test, _ in self.skipped}

    def fail(self, test: Any, add: Any) -> None:
        self.failed_now = True
        if reason_for(test.id()):
            self.known.append(test.id())
        else:
            add()

    def addError(self, test: Any, err: Any) -> None:
        add = super().addError
        self.fail(test, lambda: add(test, err))

    def addFailure(self, test: Any, err: Any) -> None:
        add = super().addFailure
        self.fail(test, lambda: add(test, err))

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is None:
            super().addSubTest(test, subtest, err)
            return
        add = super().addSubTest
        self.fail(test, lambda: add(test, subtest, err))


class SuiteRunner(DiscoverRunner):
    """Runs tests one after another in this process and prints what the engine took part in."""

    def get_resultclass(self) -> Any:
        return Result

    def run_suite(self, suite: Any, **kwargs: Any) -> Any:
        USES.watch()
        result = super().run_suite(suite, **kwargs)
        known = sorted(set(result.known))
        summary = {
            "tests": result.testsRun,
            "skipped": len(result.skipped),
            "failed": len({test.id() for test, _ in [*result.failures, *result.errors]}),
            "use_engine": len(set(result.engine_tests)),
            "use_engine_failed": len(set(result.engine_failures)),
            "known_exceptions": known,
            "compiled": USES.compiled,
            "rendered": USES.rendered,
            "listed_in_python": USES.listed,
        }
        sys.stdout.write(json.dumps(summary, indent=2) + "\n")
        report = os.environ.get("DJUST_SUITE_REPORT")
        if report:
            failed = sorted({t.id() for t, _ in [*result.failures, *result.errors]})
            with open(report, "w") as file:
                json.dump({**summary, "failures": failed, "exceptions": EXCEPTIONS}, file, indent=2)
        return result
