"""A file is replaced whole or not at all, whatever fails and whatever lies in wait beside it."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from helpers.strategies import DOCUMENT
from servingchecklist import Checklist, Launch, Limits, _files, dumps, order, read, write
from servingchecklist.errors import FileError, InvalidError, LimitError, UnknownNameError

CHECKLIST = Checklist.from_dict(DOCUMENT)
OLD = b"what stood here before\n"
NEW = dumps(CHECKLIST, "toml").encode()
LAUNCH = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform").finish("c2", by="ml-platform")
needs_permissions = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "checklist.toml"
    path.write_bytes(OLD)
    return path


class Saboteur:
    """Stands in for ``os`` and for ``open`` in ``_files``: the call of the given number fails, and all others are real."""

    def __init__(self, monkeypatch, failing, error):
        self.calls, self.failing, self.error = [], failing, error
        monkeypatch.setattr(_files, "os", _SabotagedModule(self))
        monkeypatch.setattr(_files, "open", self.open, raising=False)

    def step(self, name):
        self.calls.append(name)
        if len(self.calls) - 1 == self.failing:
            raise self.error

    def open(self, *arguments):
        self.step("open file")
        return _SabotagedFile(self, open(*arguments))

    @property
    def failed(self):
        return self.calls[self.failing] if self.failing < len(self.calls) else None


class _SabotagedModule:
    def __init__(self, saboteur):
        self._saboteur = saboteur

    def __getattr__(self, name):
        real = getattr(os, name)
        if isinstance(real, type) or not callable(real) or name in ("fspath", "fsdecode", "getpid"):
            return real

        def sabotaged(*arguments, **options):
            self._saboteur.step(name)
            return real(*arguments, **options)

        return sabotaged


class _SabotagedFile:
    def __init__(self, saboteur, file):
        self._saboteur, self._file = saboteur, file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._saboteur.step("close file")

    def write(self, data):
        half = len(data) // 2
        self._file.write(data[:half])
        self._saboteur.step("write")
        return half + self._file.write(data[half:])

    def flush(self):
        self._saboteur.step("flush")
        self._file.flush()


COURTESIES = ("scandir", "unlink")
"""Steps whose failure is no failure of the write: sweeping up what others left."""


NO_FOLDER_SYNC = (errno.EACCES, errno.EINVAL, errno.ENOTSUP, errno.EPERM)
"""What is said where a folder cannot be flushed at all: it may be written but not read, or its file system does not know how."""


def failed_at_each_step(monkeypatch, folder, error, old=OLD, value=CHECKLIST):
    """Write once for each step there is, in a folder of its own, with that step failing; gives the saboteur, the target and the error."""
    for failing in range(100):
        target = folder / str(failing) / "checklist.toml"
        target.parent.mkdir()
        if old is not None:
            target.write_bytes(old)
        raised = None
        with monkeypatch.context() as patch:
            saboteur = Saboteur(patch, failing, error)
            try:
                write(value, target)
            except (FileError, type(error)) as caught:
                raised = caught
        if saboteur.failed is None:
            assert raised is None
            assert target.read_bytes() == dumps(value, "toml").encode()
            return
        yield saboteur, target, raised


def names(folder):
    return sorted(os.listdir(folder))


def test_every_step_of_a_write_is_failed(monkeypatch, tmp_path):
    failed = [saboteur.failed for saboteur, _, _ in failed_at_each_step(monkeypatch, tmp_path, OSError(errno.EIO, "x"))]
    assert {
        "stat",
        "open",
        "open file",
        "fchmod",
        "write",
        "flush",
        "fsync",
        "close file",
        "scandir",
        "replace",
        "close",
    } <= set(failed)
    assert failed.count("fsync") == 2  # the file, and then its folder
    assert failed.index("write") < failed.index("fsync") < failed.index("replace") < failed.index("close")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE, *NO_FOLDER_SYNC])
@pytest.mark.parametrize("value", [CHECKLIST, LAUNCH], ids=["checklist", "launch"])
def test_whichever_step_fails_the_file_is_the_old_or_the_new(monkeypatch, tmp_path, code, value):
    new = dumps(value, "toml").encode()
    failure = OSError(code, os.strerror(code))
    for saboteur, target, error in failed_at_each_step(monkeypatch, tmp_path, failure, value=value):
        assert names(target.parent) == [target.name], saboteur.calls
        replaced = "replace" in saboteur.calls[: saboteur.failing]
        if saboteur.failed in COURTESIES or (replaced and code in NO_FOLDER_SYNC):
            assert error is None
            assert target.read_bytes() == new
            continue
        assert target.read_bytes() == (new if replaced else OLD), saboteur.calls
        problem = "was replaced, but its folder could not be flushed to the disk" if replaced else "cannot be written"
        assert str(error).startswith(f"$: the file {problem}: {os.strerror(code)} (got "), saboteur.calls
        assert "checklist.toml" in str(error)
        assert (error.errno, error.filename) == (code, os.fspath(target))
        assert isinstance(error, FileError)
        assert isinstance(error.__cause__, OSError)


def test_whichever_step_fails_a_new_file_is_there_whole_or_not_at_all(monkeypatch, tmp_path):
    for saboteur, target, error in failed_at_each_step(monkeypatch, tmp_path, OSError(errno.ENOSPC, "x"), old=None):
        replaced = "replace" in saboteur.calls[: saboteur.failing] or saboteur.failed in COURTESIES
        assert (error is None) == (saboteur.failed in COURTESIES)
        assert [(path.name, path.read_bytes()) for path in target.parent.iterdir()] == (
            [(target.name, NEW)] if replaced else []
        )


def test_an_interrupt_leaves_the_old_file_or_the_new_and_no_temporary_one(monkeypatch, tmp_path):
    for saboteur, target, error in failed_at_each_step(monkeypatch, tmp_path, KeyboardInterrupt()):
        assert isinstance(error, KeyboardInterrupt)
        assert target.read_bytes() == (NEW if "replace" in saboteur.calls[: saboteur.failing] else OLD)
        assert names(target.parent) == [target.name], saboteur.calls


def test_a_full_disk_leaves_the_old_file(target):
    """A real one, as far as the kernel lets a test have it: no file may grow beyond a hundred bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(FileError) as caught:
            write(CHECKLIST, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.errno == errno.EFBIG
    assert str(
        caught.value
    ) == f"$: the file cannot be written: File too large (got '{target}')" or "characters" in str(caught.value)
    assert target.read_bytes() == OLD
    assert os.listdir(target.parent) == [target.name]


def test_a_value_that_cannot_be_written_leaves_the_old_file(target):
    with pytest.raises(InvalidError):
        write(order(CHECKLIST), target)
    with pytest.raises(UnknownNameError):
        write(CHECKLIST, target, "xlsx")
    assert target.read_bytes() == OLD
    assert os.listdir(target.parent) == [target.name]


def temporary_name(target, attempt=0):
    return target.with_name(f".{target.name}.{os.getpid():x}-{attempt:x}.tmp")


@pytest.mark.parametrize("dangling", [True, False])
def test_a_symlink_at_the_temporary_name_is_not_followed(target, tmp_path_factory, dangling):
    victim = tmp_path_factory.mktemp("elsewhere") / "victim"
    if not dangling:
        victim.write_bytes(b"precious")
    for attempt in range(3):
        temporary_name(target, attempt).symlink_to(victim)
    write(CHECKLIST, target)
    assert target.read_bytes() == NEW
    assert not target.is_symlink()
    assert victim.exists() != dangling
    assert dangling or victim.read_bytes() == b"precious"
    assert all(temporary_name(target, attempt).is_symlink() for attempt in range(3))


def test_the_name_of_the_temporary_file_is_the_one_the_tests_plant(monkeypatch, target):
    opened = []
    real = os.open

    def note(path, *arguments):
        opened.append(path)
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", note)
    write(CHECKLIST, target)
    assert opened[0] == os.fspath(temporary_name(target))


def test_the_files_of_the_package_are_read_beside_it():
    guide = Path(_files.__file__).parent / "guides" / "execution.md"
    assert _files.read_data("guides", "execution.md") == guide.read_text("utf-8")


def test_files_and_folders_at_the_temporary_name_are_left_alone(target):
    temporary_name(target, 0).write_bytes(b"somebody's")
    temporary_name(target, 1).mkdir()
    os.mkfifo(temporary_name(target, 2))
    write(CHECKLIST, target)
    assert target.read_bytes() == NEW
    assert temporary_name(target, 0).read_bytes() == b"somebody's"
    assert len(os.listdir(target.parent)) == 4


def test_a_thousand_planted_names_are_an_error_and_not_a_hang(monkeypatch, target):
    tried = []

    def taken(path, *_):
        tried.append(path)
        raise FileExistsError(errno.EEXIST, "File exists")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", taken)
        with pytest.raises(FileError, match="a thousand temporary files stand beside it"):
            write(CHECKLIST, target)
    assert len(set(tried)) == len(tried) == 1_000
    assert target.read_bytes() == OLD


def age(path, seconds):
    then = os.stat(path, follow_symlinks=False).st_mtime - seconds
    os.utime(path, (then, then), follow_symlinks=False)


def test_a_symlink_keeps_pointing_where_it_did(tmp_path):
    (tmp_path / "real").mkdir()
    pointee, link, far = tmp_path / "real" / "checklist.toml", tmp_path / "link.toml", tmp_path / "far.toml"
    pointee.write_bytes(OLD)
    link.symlink_to("real/checklist.toml")
    far.symlink_to(link)
    write(CHECKLIST, far)
    assert far.is_symlink()
    assert link.is_symlink()
    assert os.readlink(link) == "real/checklist.toml"
    assert pointee.read_bytes() == NEW
    assert sorted(os.listdir(tmp_path)) == ["far.toml", "link.toml", "real"]
    assert os.listdir(tmp_path / "real") == ["checklist.toml"]


def test_a_symlink_to_nothing_makes_what_it_points_at(tmp_path):
    link = tmp_path / "link.toml"
    link.symlink_to("new.toml")
    write(CHECKLIST, link)
    assert link.is_symlink()
    assert (tmp_path / "new.toml").read_bytes() == NEW


def test_symlinks_in_a_circle_are_an_error(tmp_path):
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.symlink_to(two)
    two.symlink_to(one)
    for act in (read, lambda path: write(CHECKLIST, path)):
        with pytest.raises(FileError) as caught:
            act(one)
        assert caught.value.errno == errno.ELOOP
    assert one.is_symlink()
    assert two.is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o400, 0o755])
def test_the_mode_of_the_old_file_is_kept(target, mode):
    target.chmod(mode)
    write(CHECKLIST, target)
    assert stat.S_IMODE(target.stat().st_mode) == mode


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664), (0o000, 0o666)])
def test_a_new_file_obeys_the_umask(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        write(CHECKLIST, tmp_path / "new.toml")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.toml").stat().st_mode) == mode


def test_a_private_file_is_private_before_anything_is_written(monkeypatch, target):
    target.chmod(0o600)
    modes = []

    class Watched:
        def __init__(self, file):
            self._file = file

        def __getattr__(self, name):
            return getattr(self._file, name)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def write(self, data):
            modes.append(stat.S_IMODE(os.fstat(self._file.fileno()).st_mode))
            return self._file.write(data)

    monkeypatch.setattr(_files, "open", lambda *arguments: Watched(open(*arguments)), raising=False)  # noqa: SIM115
    write(CHECKLIST, target)
    assert modes == [0o600]


def test_the_temporary_file_is_in_the_folder_of_the_target(monkeypatch, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.toml"
    link.symlink_to("real/checklist.toml")
    moved = []
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda source, goal: (moved.append((source, goal)), real(source, goal)))
    write(CHECKLIST, link)
    ((source, goal),) = moved
    assert Path(source).parent == Path(goal).parent == tmp_path / "real"


@pytest.mark.parametrize(
    "name",
    ["c" * 250 + ".toml", "\u8868" * 80 + ".toml", "\U0001f600" * 60 + ".toml", "\u00e9" * 124 + ".toml"],
    ids=["ASCII", "three bytes", "four bytes", "two bytes"],
)
def test_a_name_as_long_as_a_folder_allows_can_be_written(tmp_path, name):
    target = tmp_path / name
    target.write_bytes(OLD)
    write(CHECKLIST, target)
    assert target.read_bytes() == NEW
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize(
    "name",
    ["-rf.toml", "a b.toml", "\u202e.toml", "\x1b[31m.toml", "\n.toml", "*.toml", "%s.toml", "~.toml", "\udc80.toml"],
    ids=ascii,
)
def test_strange_names_are_names(tmp_path, name):
    target = tmp_path / name
    write(CHECKLIST, target)
    assert read(target) == CHECKLIST
    target.write_bytes(b"a" * 300_000)
    with pytest.raises(LimitError) as caught:
        read(target)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["a\0b.toml", "\ud800.toml", "a" * 300 + ".toml"], ids=["NUL", "surrogate", "too long"]
)
def test_names_that_cannot_be_are_an_error(tmp_path, name):
    for act in (read, lambda path: write(CHECKLIST, path)):
        with pytest.raises(FileError) as caught:
            act(tmp_path / name)
        assert str(caught.value).isprintable()
        assert caught.value.faults[0].path == "$"
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    target = tmp_path / "nowhere" / "checklist.toml"
    with pytest.raises(FileError) as caught:
        write(CHECKLIST, target)
    (fault,) = caught.value.faults
    assert fault.message == "the file cannot be written: No such file or directory"
    assert fault.hint == "check the path"
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, os.fspath(target))
    assert not target.parent.exists()


def test_a_folder_that_is_a_file_is_an_error(target):
    for act in (read, lambda path: write(CHECKLIST, path)):
        with pytest.raises(FileError) as caught:
            act(target / "checklist.toml")
        assert caught.value.errno == errno.ENOTDIR
    assert target.read_bytes() == OLD


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_not_a_regular_file_is_not_replaced(tmp_path, make):
    target = tmp_path / "checklist.toml"
    make(target)
    with pytest.raises(FileError) as caught:
        write(CHECKLIST, target)
    (fault,) = caught.value.faults
    assert (fault.path, fault.message, fault.hint) == ("$", "is not a regular file", "name a file")
    assert caught.value.filename == os.fspath(target)
    assert not target.is_file()
    assert os.listdir(tmp_path) == [target.name]


def test_a_device_is_not_replaced(tmp_path):
    link = tmp_path / "null.toml"
    link.symlink_to("/dev/null")
    with pytest.raises(FileError, match="is not a regular file"):
        write(CHECKLIST, link)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@needs_permissions
def test_a_read_only_folder_keeps_the_old_file(target):
    target.parent.chmod(0o500)
    try:
        with pytest.raises(FileError) as caught:
            write(CHECKLIST, target)
    finally:
        target.parent.chmod(0o700)
    assert caught.value.errno == errno.EACCES
    assert target.read_bytes() == OLD


@needs_permissions
def test_a_file_that_may_not_be_read_is_an_error(target):
    target.chmod(0)
    with pytest.raises(FileError) as caught:
        read(target)
    assert caught.value.errno == errno.EACCES


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileError) as caught:
        read(tmp_path / "no.toml")
    (fault,) = caught.value.faults
    assert (fault.path, fault.message, fault.hint) == (
        "$",
        "the file cannot be read: No such file or directory",
        "check the path",
    )
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, os.fspath(tmp_path / "no.toml"))


def test_a_folder_is_not_read(tmp_path):
    with pytest.raises(FileError) as caught:
        read(tmp_path, "toml")
    assert caught.value.errno == errno.EISDIR


@pytest.mark.parametrize("step", ["open file", "read"])
def test_a_disk_that_cannot_be_read_is_an_error(monkeypatch, target, step):
    class Broken:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def fileno(self):
            return whole.fileno()

        def read(self, *_):
            raise OSError(errno.EIO, "Input/output error")

    def broken(*_, **__):
        if step == "open file":
            raise OSError(errno.EIO, "Input/output error")
        return Broken()

    monkeypatch.setattr(_files, "open", broken, raising=False)
    with target.open("rb") as whole, pytest.raises(FileError) as caught:
        read(target)
    assert caught.value.faults[0].message == "the file cannot be read: Input/output error"
    assert caught.value.errno == errno.EIO


@contextlib.contextmanager
def piped(path, data):
    """A pipe at a path, to which another process writes."""
    os.mkfifo(path)
    code = "import sys; file = open(sys.argv[1], 'wb'); file.write(sys.stdin.buffer.read()); file.close()"
    with subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE) as writer:
        writer.stdin.write(data)
        writer.stdin.close()
        yield writer


def read_in_time(path, **options):
    """Read a path once something writes to it."""
    for _ in range(100):
        with contextlib.suppress(FileError):
            return read(path, **options)
        time.sleep(0.05)
    raise AssertionError("nothing was written")


def test_a_pipe_is_read_to_its_end_or_to_the_limit(tmp_path):
    with piped(tmp_path / "pipe.toml", NEW):
        assert read_in_time(tmp_path / "pipe.toml") == CHECKLIST
    with piped(tmp_path / "large.toml", NEW), pytest.raises(LimitError) as caught:
        read_in_time(tmp_path / "large.toml", limits=Limits(bytes=20))
    assert str(caught.value) == (
        f"$: the file is too large: more than 20 bytes, and at most 20 are read (got {str(tmp_path / 'large.toml')!r}); "
        "pass Limits(bytes=...) to read more, or limits=None where you trust the file"
    )


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs process substitution")
def test_process_substitution_is_read(tmp_path):
    (tmp_path / "x").write_bytes(NEW)
    code = "import sys; from servingchecklist import read; print(read(sys.argv[1], 'toml').title)"
    script = '"$0" -c "$1" <(sleep 0.3; cat "$2")'
    command = ["bash", "-c", script, sys.executable, code, tmp_path / "x"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == CHECKLIST.title


@pytest.mark.parametrize("limits", [Limits(), None])
def test_what_is_no_file_is_refused_at_once(tmp_path, monkeypatch, limits):
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    with socket.socket(socket.AF_UNIX) as served:
        served.bind("socket.json")
        paths = {
            tmp_path / "pipe.json": "the pipe is empty, or no process writes to it",
            tmp_path / "folder.json": "Is a directory",
            tmp_path / "socket.json": "No such device or address",
            "/dev/zero": "it is neither a file nor a pipe",
        }
        for path, reason in paths.items():
            before = len(os.listdir("/dev/fd"))
            with pytest.raises(FileError) as caught:
                read(path, "json", limits)
            assert str(caught.value) == f"$: the file cannot be read: {reason} (got {str(path)!r})"
            assert len(os.listdir("/dev/fd")) == before


def test_the_limit_of_a_file_is_to_the_byte(tmp_path):
    path = tmp_path / "checklist.toml"
    write(CHECKLIST, path)
    assert read(path, limits=Limits(bytes=len(NEW))) == CHECKLIST
    with pytest.raises(LimitError):
        read(path, limits=Limits(bytes=len(NEW) - 1))


@pytest.mark.parametrize("data", [b"\xff\xfe", b"title = '\xe9'", b"\xed\xa0\x80", "title = 'A'".encode("utf-16")])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path, data):
    path = tmp_path / "checklist.toml"
    path.write_bytes(data)
    with pytest.raises(InvalidError) as caught:
        read(path)
    (fault,) = caught.value.faults
    assert fault.message.startswith("is not UTF-8: ")
    assert fault.hint == "save it as UTF-8"


def nth_call_fails(monkeypatch, name, number):
    real = getattr(os, name)
    calls = []

    def call(*arguments, **options):
        calls.append(arguments)
        if len(calls) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(os, name, call)


def test_all_of_the_file_is_flushed_before_it_replaces_the_other_and_then_the_folder(monkeypatch, target):
    steps = []
    fsync, replace = os.fsync, os.replace

    def flushed(handle):
        found = os.fstat(handle)
        steps.append("folder" if stat.S_ISDIR(found.st_mode) else found.st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", lambda *names: (steps.append("replaced"), replace(*names)))
    write(CHECKLIST, target)
    assert steps == [target.stat().st_size, "replaced", "folder"]


@pytest.mark.parametrize("number", [1, 2], ids=["file", "folder"])
def test_no_handle_stays_open_when_a_flush_fails(monkeypatch, target, number):
    opened, closed = [], []
    real_open, real_close = os.open, os.close
    monkeypatch.setattr(os, "open", lambda *given: (opened.append(real_open(*given)), opened[-1])[1])
    monkeypatch.setattr(os, "close", lambda handle: (closed.append(handle), real_close(handle)))
    nth_call_fails(monkeypatch, "fsync", number)
    with pytest.raises(FileError):
        write(CHECKLIST, target)
    for handle in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handle)


def test_what_cannot_be_removed_does_not_hide_the_failure(monkeypatch, target):
    nth_call_fails(monkeypatch, "replace", 1)
    nth_call_fails(monkeypatch, "unlink", 1)
    with pytest.raises(FileError, match="No space left on device"):
        write(CHECKLIST, target)


def test_what_killed_writers_left_is_swept_after_an_hour(monkeypatch, target, tmp_path):
    real = _files._write_beside
    monkeypatch.setattr(_files, "_write_beside", lambda *given: (real(*given)[0], 10_000.0))
    names = {
        ".checklist.toml.1-0.tmp": 6_399,
        ".checklist.toml.ab-f.tmp": 6_399,
        ".checklist.toml.2-0.tmp": 6_400,
        ".checklist.toml.3-0.tmp": 11_000,
        ".other.json.1-0.tmp": 1,
        ".checklist.toml.1-0.tmp.gz": 1,
        ".checklist.toml.1-g.tmp": 1,
        "checklist.toml.1-0.tmp": 1,
        ".checklist.toml.tmp": 1,
        ".checklist.toml.swp": 1,
    }
    for name, changed in names.items():
        (tmp_path / name).write_text("{", "utf-8")
        os.utime(tmp_path / name, (changed, changed))
    write(CHECKLIST, target)
    left = set(names) - {".checklist.toml.1-0.tmp", ".checklist.toml.ab-f.tmp"}
    assert set(os.listdir(tmp_path)) == {target.name, *left}


def test_a_link_at_a_temporary_name_has_an_age_of_its_own_and_is_not_followed(target, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious", "utf-8")
    os.utime(victim, (1, 1))
    young, stale = (tmp_path / f".checklist.toml.{number}-0.tmp" for number in (1, 2))
    for link in (young, stale):
        link.symlink_to(victim)
    os.utime(stale, (1, 1), follow_symlinks=False)
    write(CHECKLIST, target)
    assert names(tmp_path) == [young.name, target.name, "victim"]
    assert victim.read_text("utf-8") == "precious"


@pytest.mark.parametrize("path", [None, 3, b"x.json"], ids=repr)
def test_a_path_is_a_path(path):
    for use in (lambda: write(CHECKLIST, path, "json"), lambda: read(path, "json")):
        with pytest.raises(InvalidError, match=r"^\$: is not the path of a file"):
            use()


def test_a_system_without_folder_handles_and_modes_still_replaces(monkeypatch, target):
    monkeypatch.delattr(os, "O_DIRECTORY")
    monkeypatch.delattr(os, "fchmod")
    write(CHECKLIST, target)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("delay", [0, 0.1])  # what is there already, and what has to be waited for
def test_a_pipe_is_read_once_a_process_writes_to_it(tmp_path, delay):
    pipe = tmp_path / "checklist.toml"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="the pipe is empty, or no process writes to it"):
        read(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer need not wait for one
    writer = os.open(pipe, os.O_WRONLY)
    timer = threading.Timer(delay, lambda: (os.write(writer, NEW), os.close(writer)))
    if not delay:
        os.write(writer, b" ")
    timer.start()
    assert read(pipe) == CHECKLIST
    timer.join()
    os.close(reader)


def test_a_path_that_raises_an_error_of_its_own_is_refused():
    class Path:
        def __fspath__(self):
            raise KeyError("gone")

    with pytest.raises(InvalidError, match="is not the path of a file") as caught:
        read(Path())
    assert isinstance(caught.value.__cause__, KeyError)


KILLED = """
import os, signal, sys
from servingchecklist import _files, read, write
checklist = read(sys.argv[1])
step, failing, calls = None, int(sys.argv[3]), 0
class Killer:
    def __getattr__(self, name):
        real = getattr(os, name)
        if isinstance(real, type) or not callable(real) or name in ("fspath", "fsdecode", "getpid"):
            return real
        def step(*arguments, **options):
            global calls
            calls += 1
            if calls > failing:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)
        return step
_files.os = Killer()
write(checklist, sys.argv[2])
"""


def test_a_writer_killed_at_any_step_leaves_the_old_file_or_the_new(tmp_path):
    source = tmp_path / "source.toml"
    source.write_bytes(NEW)
    found = []
    for failing in range(30):
        folder = tmp_path / str(failing)
        folder.mkdir()
        target = folder / "checklist.toml"
        target.write_bytes(OLD)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, source, target, str(failing)], check=False, capture_output=True
        )
        found.append(target.read_bytes())
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        for left in folder.iterdir():
            age(left, 4_000)
        write(CHECKLIST, target)
        assert target.read_bytes() == NEW
        assert os.listdir(folder) == [target.name]
    replaced = found.index(NEW)
    assert replaced >= 5
    assert found == [OLD] * replaced + [NEW] * (len(found) - replaced)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_as_many_bytes_as_allowed_are_read_and_not_one_more(tmp_path):
    path, pipe = str(tmp_path / "bytes"), str(tmp_path / "pipe")
    Path(path).write_bytes(b"0123456789")
    assert [_files.read_bytes(path, most) for most in (None, 10, 11)] == [b"0123456789"] * 3
    with pytest.raises(LimitError, match="the file is too large: 10 bytes, and at most 9 are read"):
        _files.read_bytes(path, 9)
    os.mkfifo(pipe)
    for most in (9, 10):
        reader, writer = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), os.open(pipe, os.O_WRONLY)
        os.write(writer, b"0123456789")
        threading.Timer(0.05, os.close, [writer]).start()
        with contextlib.suppress(LimitError) if most == 9 else contextlib.nullcontext():
            assert _files.read_bytes(pipe, most) == b"0123456789"
            assert most == 10
        os.close(reader)
