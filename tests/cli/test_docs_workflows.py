"""The workflows of the page about GitHub: their scripts run in a clone, as a runner does it, with a ``gh`` that keeps the issue in a file."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

import servingchecklist
from servingchecklist import Launch, model_serving, read, tasklist, write

yaml = pytest.importorskip("ruamel.yaml")
pytest.importorskip("markdown_it")
pytestmark = pytest.mark.skipif(not all(map(shutil.which, ("bash", "git"))), reason="needs bash and git")

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "automate-with-github.md"
PATH = "launches/fraud-v3.jsonl"
HOSTILE = (
    "$(pwned) `pwned` \"; pwned; ' ; pwned # ${{ github.token }} $GH_TOKEN \\$(pwned)\r\n"
    "EOF\r\n::error::hi\r\n##[error]hi\r\n%0A $'\\n' * ~ !! \\\\\r\n"
)
GH = r"""
echo "$*" >> "$SERVER/calls"
[ "$GH_TOKEN" = a-token ] && [ ! -e "$SERVER/down" ]
case "$*" in
  "issue view 12 --json body --jq .body")
    cat "$SERVER/issue.md"
    echo
    if [ -e "$SERVER/edit.md" ]; then mv "$SERVER/edit.md" "$SERVER/issue.md"; fi ;;
  "issue edit 12 --body-file "*) cp "$5" "$SERVER/issue.md" ;;
  "issue create --title fraud-v3 --body-file -") cat > "$SERVER/issue.md" ;;
  *) exit 9 ;;
esac
"""
PIP = '[[ "$*" == "install servingchecklist"?("[markdown]") ]]\n'


def workflows():
    """Return the workflows of the page, by their names."""
    texts = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    loaded = [yaml.YAML(typ="safe", pure=True).load(text) for text in texts]
    return {workflow["name"]: workflow for workflow in loaded}


def jobs(name):
    """Return the jobs of a workflow."""
    return list(workflows()[name]["jobs"].values())


@attrs.frozen
class Ran:
    """One step that ran: its exit status, and all that it printed."""

    status: int
    printed: str


@attrs.define
class GitHub:
    """A server with a repository and an issue, and the machine of its runner."""

    root: Path
    actor: str = "mona"
    runs: int = 0

    def create(self):
        """Set the programs and the repository up, and what the page says, with its commands."""
        python = shlex.quote(sys.executable)
        programs = {"gh": GH, "pip": PIP, "servingchecklist": f'exec {python} -m servingchecklist "$@"\n'}
        programs["pwned"] = 'touch "$SERVER/pwned"\n'
        (self.root / "bin").mkdir()
        for name, script in programs.items():
            path = self.root / "bin" / name
            path.write_text(f"#!/usr/bin/env bash\nset -eu\nshopt -s extglob\n{script}", "utf-8")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.shell("git init --quiet --bare --initial-branch main server.git")
        self.shell("git init --quiet --initial-branch main desk && cd desk && git remote add origin ../server.git")
        self.shell("git config --global user.name a && git config --global user.email a@example.com")
        self.shell("git config --global push.autoSetupRemote true")
        (script,) = re.findall(r"^```console\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        self.desk("\n".join(line.removeprefix("$ ") for line in script.splitlines()))

    @property
    def url(self):
        return f"file://{self.root.as_posix()}/server.git"

    @property
    def issue(self):
        return self.root / "issue.md"

    @property
    def pwned(self):
        return (self.root / "pwned").exists()

    @property
    def calls(self):
        path = self.root / "calls"
        return path.read_text("utf-8").splitlines() if path.exists() else []

    @property
    def summary(self):
        return (self.root / "summary.md").read_text("utf-8")

    def shell(self, script, folder=".", **env):
        """Run a script as a runner runs a step that names no shell."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SERVING"))}
        own = {
            "PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.root),
            "GIT_CONFIG_NOSYSTEM": "1",
            "PYTHONPATH": str(Path(servingchecklist.__file__).parents[1]),
            "SERVER": str(self.root),
            "GITHUB_STEP_SUMMARY": str(self.root / "summary.md"),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-c", script], cwd=self.root / folder, env=inherited | own | env,
            check=False, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout)

    def desk(self, script):
        """Run a script in the clone of a member of the team."""
        ran = self.shell(script, "desk", GH_TOKEN="a-token")
        assert ran.status == 0, ran.printed

    def evaluated(self, values):
        known = {"${{ github.actor }}": self.actor, "${{ github.token }}": "a-token"}
        return {name: re.sub(r"\$\{\{.*?\}\}", lambda match: known[match[0]], value) for name, value in values.items()}

    def checkout(self, ref=None, **options):
        """Clone what ``actions/checkout`` does: the branch, or the merge of a pull request."""
        self.runs += 1
        folder = f"runs/{self.runs}/work"
        depth = options.get("fetch-depth", 1)
        cloned = self.shell(f"git clone --quiet --depth {depth} --branch {ref or 'merge'} {self.url} {folder}")
        assert cloned.status == 0, cloned.printed
        (self.root / f"runs/{self.runs}/temporary").mkdir()
        return folder

    def run(self, name, before=lambda: None):
        """Run a workflow, and return its steps that have a script. What is done ``before`` them is done after the checkout."""
        return [ran for job in jobs(name) for ran in self.run_job(workflows()[name]["env"], job["steps"], before)]

    def run_job(self, known, steps, before):
        done = []
        for step in steps:
            if "uses" in step:
                if step["uses"].startswith("actions/checkout@"):
                    folder = self.checkout(**step["with"])
                    before()
            elif all(ran.status == 0 for ran in done) or step.get("if") == "always()":
                env = self.evaluated({**known, **step.get("env", {})})
                env["RUNNER_TEMP"] = str(self.root / f"runs/{self.runs}/temporary")
                done.append(self.shell(step["run"], folder, **env))
        return done

    def launch(self):
        """Return the launch on the main branch."""
        self.desk("git pull --quiet --rebase")
        return read(self.root / "desk" / PATH, kind=Launch)

    def record(self, change):
        """Change the launch on the main branch."""
        write(change(self.launch()), self.root / "desk" / PATH)
        self.desk("git commit --quiet --all --message change && git push --quiet")

    def pull_request(self, change):
        """Check a branch that changes the file of the launch; the main branch goes on after both are merged."""
        path = self.root / "desk" / PATH
        self.desk("git checkout --quiet -b team")
        path.write_text(change(path.read_text("utf-8")), "utf-8")
        self.desk("git commit --quiet --all --allow-empty --message change && git checkout --quiet -b merge main")
        self.desk("git merge --quiet --no-ff --no-edit team && git push --quiet && git checkout --quiet main")
        self.record(lambda launch: launch.note("c9", "a remark", by="ml-platform", at=datetime.now(UTC)))
        return self.run("Launch check")

    def edit(self, *changes, after=""):
        """Edit the issue as its web form does, which writes CRLF."""
        text = self.issue.read_bytes().decode()
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        text = (text + after).replace("\r\n", "\n").replace("\n", "\r\n")
        self.issue.write_bytes(text.encode())
        return text


@pytest.fixture(scope="module")
def created(tmp_path_factory):
    root = tmp_path_factory.mktemp("github")
    GitHub(root).create()
    return root


@pytest.fixture
def github(created, tmp_path):
    """The repository and the issue as the page sets them up, for one test."""
    return GitHub(shutil.copytree(created, tmp_path / "github"))


TICK = ("[ ] <!-- task c1 ", "[x] <!-- task c1 ")


def recorded(launch):
    return [(event.kind, event.task, event.by) for event in launch.events[1:]]


def test_a_tick_is_committed_and_the_issue_is_up_to_date(github):
    text = github.edit(TICK, after=HOSTILE)
    pip, sync, status = github.run("Launch issue")
    assert (pip.status, status.status) == (0, 0)
    assert sync == Ran(0, "fraud-v3: c1 Define goals and KPIs: finished (github:mona)\n")
    launch = github.launch()
    assert recorded(launch) == [("finished", "c1", "github:mona")]
    assert github.issue.read_bytes().decode() == tasklist.update(text, launch)
    assert HOSTILE in github.issue.read_bytes().decode()
    assert not github.pwned
    github.desk("git log -1 --format='%an %s' > ../last")
    assert (github.root / "last").read_text("utf-8") == "github-actions[bot] Record what issue 12 says\n"
    assert github.summary.startswith("# fraud-v3\n")
    assert "1 of 9 done" in github.summary


def test_an_edit_that_ticks_nothing_commits_nothing_and_leaves_the_issue_alone(github):
    before = github.launch()
    text = github.edit(after="A remark.\n")
    assert [ran.status for ran in github.run("Launch issue")] == [0, 0, 0]
    assert github.launch() == before
    assert github.issue.read_bytes().decode() == text
    assert github.calls[1:] == ["issue view 12 --json body --jq .body"]


def test_running_again_finds_nothing_to_do(github):
    github.edit(TICK)
    github.run("Launch issue")
    text, launch = github.issue.read_bytes(), github.launch()
    calls = len(github.calls)
    assert [ran.status for ran in github.run("Launch issue")] == [0, 0, 0]
    assert (github.issue.read_bytes(), github.launch()) == (text, launch)
    assert len(github.calls) == calls + 1


def test_what_is_pushed_comes_into_the_issue(github):
    github.record(lambda launch: launch.finish("c3", by="data-science", at=datetime.now(UTC)))
    assert [ran.status for ran in github.run("Launch issue")] == [0, 0, 0]
    assert "[x] <!-- task c3 done -->" in github.issue.read_text("utf-8")


def test_what_is_pushed_meanwhile_is_kept(github):
    github.edit(TICK)
    later = github.run(
        "Launch issue",
        before=lambda: github.record(lambda launch: launch.begin("c3", by="data-science", at=datetime.now(UTC))),
    )
    assert [ran.status for ran in later] == [0, 0, 0], later
    assert sorted(recorded(github.launch())) == [("begun", "c3", "data-science"), ("finished", "c1", "github:mona")]


def test_a_push_that_is_refused_leaves_the_issue_for_the_next_run(github):
    text = github.edit(TICK)
    hook = github.root / "server.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    assert [ran.status for ran in github.run("Launch issue")] == [0, 1, 0]
    assert github.issue.read_bytes().decode() == text
    hook.unlink()
    github.run("Launch issue")
    assert recorded(github.launch()) == [("finished", "c1", "github:mona")]


def test_conflicts_fail_after_the_rest_is_recorded(github):
    lines = [f"- [x] <!-- task {text} -->\n" for text in ("c99", "::error::a", "##[error]a", "\u2028::error::a")]
    github.edit(TICK, ("<!-- task c3 todo -->", "<!-- task $(pwned) -->"), after="".join(lines))
    pip, sync, status = github.run("Launch issue")
    assert (pip.status, sync.status, status.status) == (0, 1, 0)
    assert "c99: there is no task of that id; did you mean 'c9'?\n" in sync.printed
    assert sync.printed.count(": what is behind its box is not a mark: ") == 4
    assert not re.search(r"(?m)^\s*::|##\[", sync.printed)
    assert recorded(github.launch()) == [("finished", "c1", "github:mona")]
    assert "[x] <!-- task c1 done -->" in github.issue.read_text("utf-8")
    assert not github.pwned


def test_an_edit_while_it_runs_is_left_to_its_own_run(github):
    (github.root / "edit.md").write_text(
        github.issue.read_text("utf-8").replace("[ ] <!-- task c2 ", "[x] <!-- task c2 "), "utf-8"
    )
    second = (github.root / "edit.md").read_bytes()
    github.edit(TICK)
    assert [ran.status for ran in github.run("Launch issue")] == [0, 0, 0]
    assert github.issue.read_bytes() == second
    github.actor = "hubot"
    github.run("Launch issue")
    assert recorded(github.launch()) == [("finished", "c1", "github:mona"), ("finished", "c2", "github:hubot")]
    assert "[x] <!-- task c1 done -->" in github.issue.read_text("utf-8")


def test_a_gh_that_fails_records_nothing(github):
    before = github.launch()
    (github.root / "down").touch()
    assert [ran.status for ran in github.run("Launch issue")] == [0, 1, 0]
    assert github.launch() == before


@pytest.mark.parametrize("actor", ["dependabot[bot]", '$(pwned) "; pwned; "'])
def test_the_name_of_the_actor_is_one_word(github, actor):
    github.actor = actor
    github.edit(TICK)
    assert [ran.status for ran in github.run("Launch issue")] == [0, 0, 0]
    assert recorded(github.launch()) == [("finished", "c1", f"github:{actor}")]
    assert not github.pwned


def test_a_text_that_gets_into_a_script_is_executed(github):
    """Hold the trap itself: what the page warns of does happen here."""
    github.shell('body="$(pwned)"')
    assert github.pwned


def test_a_pull_request_is_checked_against_the_branch_that_it_is_merged_with(github):
    github.record(lambda launch: launch.finish("c1", by="ml-platform", at=datetime.now(UTC)))
    *check, _, gate = github.pull_request(lambda text: text.rstrip("\n") + "\n\n")
    assert [ran.status for ran in check] == [0, 0, 0]
    assert gate.status == 3
    assert "::error file=launches/fraud-v3.jsonl,title=missed%3A c4 priority::" in gate.printed
    assert "1 of 9 done" in github.summary


def finished(launch):
    for task in model_serving():
        launch = launch.finish(task.id, by="ml-platform", at=datetime.now(UTC))
    return launch


def test_a_pull_request_passes_where_the_launch_is_ready(github):
    github.record(finished)
    assert [ran.status for ran in github.pull_request(lambda text: text)] == [0, 0, 0, 0, 0]


def test_a_pull_request_that_loses_a_line_fails(github):
    github.record(lambda launch: launch.finish("c1", by="ml-platform", at=datetime.now(UTC)))
    _, check, status, *_ = github.pull_request(lambda text: text[: text.rstrip("\n").rindex("\n") + 1])
    assert (check.status, status.status) == (1, 0)
    assert check.printed.startswith("::error file=launches/fraud-v3.jsonl")


@pytest.mark.parametrize(
    ("name", "permissions"),
    [("Launch issue", {"contents": "write", "issues": "write"}), ("Launch check", {"contents": "read"})],
)
def test_the_workflows_may_do_no_more_than_they_need(name, permissions):
    workflow = workflows()[name]
    assert workflow["permissions"] == permissions
    assert "pull_request_target" not in workflow["on"]
    for job in jobs(name):
        assert "permissions" not in job
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_each_line_with_a_value_of_the_reader_has_a_comment():
    blocks = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    named = [line for block in blocks for line in block.splitlines() if re.search(r"fraud-v3|(?<!\.)\b12\b", line)]
    assert len(named) == 6
    assert all("  # the " in line for line in named)
