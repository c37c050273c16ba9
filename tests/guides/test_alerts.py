"""The alert rules in the guides are taken out of them, checked and tested by promtool. Where it is missing, ALERTS_REQUIRED makes that a failure."""

import os
import re
import shutil
import subprocess

import pytest

from helpers.guides import FOLDER, blocks_of

PROMTOOL = shutil.which("promtool")
if not PROMTOOL and os.environ.get("ALERTS_REQUIRED"):
    raise RuntimeError("needs promtool")

GUIDES = sorted(path.stem for path in FOLDER.glob("*.md"))


def files_of(name):
    """Return the rules and the rule tests of a guide, by the names of their files."""
    named = [re.match(r"# ([\w-]+\.ya?ml)\n", block) for block in blocks_of(name, "yaml")]
    found = {
        match[1]: match.string for match in named if match and re.search("(?m)^(groups|rule_files):", match.string)
    }
    tests = {file for file, text in found.items() if re.search("(?m)^rule_files:", text)}
    return {file: found[file] for file in found.keys() - tests}, {file: found[file] for file in tests}


def alerts_in(text):
    return re.findall(r"(?m)^ *(?:- )?alert: *(\w+)", text)


@pytest.mark.parametrize("name", GUIDES)
def test_rules_have_tests_and_tests_have_rules(name):
    rules, tests = files_of(name)
    named = [file for text in tests.values() for file in re.findall(r"[\w-]+\.ya?ml", text.partition("rule_files:")[2].partition("\n\n")[0].partition("tests:")[0])]  # fmt: skip
    assert set(named) == set(rules)


@pytest.mark.parametrize("name", ["execution"])
def test_each_alert_of_these_guides_has_been_seen_to_fire(name):
    rules, tests = files_of(name)
    assert rules
    told = "".join(tests.values())
    for alert in (alert for text in rules.values() for alert in alerts_in(text)):
        assert re.search(rf"alertname: {alert}, exp_alerts: \[\{{", told), f"{alert} fires in no test"
        assert re.search(rf"alertname: {alert}, exp_alerts: \[\]", told), f"{alert} is silent in no test"


@pytest.mark.skipif(not PROMTOOL, reason="needs promtool: run nox -s alerts")
@pytest.mark.parametrize("name", GUIDES)
def test_the_rules_pass_their_tests(name, tmp_path):
    rules, tests = files_of(name)
    for file, text in (rules | tests).items():
        (tmp_path / file).write_text(text, "utf-8")
    for command, files in (("check", rules), ("test", tests)):
        for file in sorted(files):
            words = [PROMTOOL, command, "rules", file]
            run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
            assert run.returncode == 0, f"{file}:\n{run.stdout}{run.stderr}"
