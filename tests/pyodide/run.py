"""The tests within Pyodide: a test that asks for what the platform lacks is skipped, and any other has to pass."""

import os
import pty
import subprocess
import sys
import threading
import time
import types

import pytest

LEFT_OUT = [
    "tests/durability",
    "tests/hosts",
    "tests/mutants",
    "tests/test_examples.py",
    "tests/test_files.py",
]
"""Tests about processes, browsers, kernels of notebooks and the file systems of Unix from beginning to end."""

DIFFERENT = {
    "test_a_link_at_a_temporary_name_has_an_age_of_its_own_and_is_not_followed": "a link has no time of its own",
    "test_a_working_folder_that_was_removed_is_told": "the working folder cannot be removed",
    "test_an_event_whose_key_was_damaged_is_told": "SQLite leaves copies of rows in the file",
    "test_text_that_is_too_deep_for_the_parser_is_told": "recursion is as deep as the stack of node",
    "test_a_link_to_nothing_makes_nothing": "SQLite follows links",
    "test_deep_nesting_is_refused_without_limits_too": "recursion is as deep as the stack of node",
    r"test_strange_names_are_names['\\udc80.db']": "names of files are text",
    "test_the_mode_of_the_target_is_kept_and_a_new_file_obeys_the_umask": "there is no umask",
    "test_trusted_text_has_no_limits": "recursion is as deep as the stack of node",
    "test_without_a_moment_it_is_now": "the clock counts milliseconds",
}
"""Tests of what Pyodide does in another way, and the way."""


def lacking(what):
    """Return a function that skips the test which calls it."""

    def skip(*args, **kwargs):
        pytest.skip(f"Pyodide has no {what}")

    return skip


class Platform:
    """A plugin of pytest that puts skips in the place of what a WebAssembly runtime cannot do."""

    def pytest_configure(self):
        os.geteuid = os.getuid
        os.mkfifo = lacking("pipes")
        pty.openpty = lacking("terminals")
        subprocess.Popen.__init__ = lacking("processes")
        threading.Thread.start = lacking("threads")
        time.tzset = lacking("local time")
        limits = types.ModuleType("resource")
        limits.RLIMIT_AS = limits.RLIMIT_FSIZE = limits.RUSAGE_SELF = None
        limits.getrlimit = limits.getrusage = limits.setrlimit = lacking("limits of resources")
        sys.modules["resource"] = limits

    def pytest_collection_modifyitems(self, items):
        for item in items:
            if reason := DIFFERENT.get(item.name) or DIFFERENT.get(getattr(item, "originalname", "")):
                item.add_marker(pytest.mark.skip(reason=f"in Pyodide, {reason}"))


def run(args):
    """Return the exit code of pytest."""
    os.chdir("/project")
    no_limit = ["-o", "faulthandler_timeout=0"]  # a thread would watch the time
    return int(pytest.main([*no_limit, *(f"--ignore={path}" for path in LEFT_OUT), *args], plugins=[Platform()]))
