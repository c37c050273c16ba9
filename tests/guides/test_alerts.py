"""The alert rules in the guides are taken out of them; with ALERTS_REQUIRED, promtool checks and tests them."""

import os
import re
import shutil
import subprocess

import pytest
from ruamel.yaml import YAML

from helpers.guides import FOLDER, blocks_of

ASKED = "ALERTS_REQUIRED" in os.environ
PROMTOOL = shutil.which("promtool")
if ASKED and not PROMTOOL:
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


@pytest.mark.parametrize("name", GUIDES)
def test_rules_have_tests_and_tests_have_rules(name):
    rules, tests = files_of(name)
    assert {file for text in tests.values() for file in YAML(typ="safe").load(text)["rule_files"]} == set(rules)


def test_each_alert_of_the_guide_to_tracking_fires_in_a_test_and_is_silent_in_another():
    rules, tests = ([YAML(typ="safe").load(text) for text in texts.values()] for texts in files_of("execution"))
    alerts = {rule["alert"] for each in rules for group in each["groups"] for rule in group["rules"] if "alert" in rule}
    cases = [case for each in tests for test in each["tests"] for case in test["alert_rule_test"]]
    assert len(alerts) == 7
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == alerts


@pytest.mark.skipif(not ASKED, reason="run nox -s alerts")
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
