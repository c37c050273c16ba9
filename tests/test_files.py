"""Files are replaced whole or not at all, whatever fails and whatever stands at the temporary name."""

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from servingchecklist import Checklist, _files, dumps, read, write
from servingchecklist.errors import FileError, InvalidError, LimitError

OLD, NEW = Checklist("x", "Old"), Checklist("x", "New")


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "checklist.json"
    write(OLD, path)
    return path


def others(path):
    return sorted(other.name for other in path.parent.iterdir() if other != path)


def nth_call_fails(monkeypatch, where, name, number):
    real = getattr(where, name)
    calls = []

    def call(*arguments, **options):
        calls.append(arguments)
        if len(calls) == number:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(where, name, call)
    return calls


@pytest.mark.parametrize(
    ("name", "number"),
    [("open", 1), ("fchmod", 1), ("fsync", 1), ("fstat", 1), ("replace", 1), ("stat", 1)],
)
def test_a_failure_before_the_replacement_leaves_the_old_file(monkeypatch, target, name, number):
    with monkeypatch.context() as patch:
        calls = nth_call_fails(patch, _files.os, name, number)
        with pytest.raises(FileError) as caught:
            write(NEW, target)
        assert calls
    assert str(caught.value) == f"$: the file cannot be written: No space left on device (got {str(target)!r})"
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(target))
    assert read(target) == OLD
    assert others(target) == []


def test_a_failing_write_leaves_the_old_file(monkeypatch, target):
    class Full:
        def __init__(self, handle, mode):
            self.handle = handle

        def __enter__(self):
            return self

        def __exit__(self, *_):
            os.close(self.handle)

        def write(self, data):
            os.write(self.handle, data[:3])
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(_files, "open", Full, raising=False)
    with pytest.raises(FileError, match="No space left on device"):
        write(NEW, target)
    monkeypatch.undo()
    assert read(target) == OLD
    assert others(target) == []


@pytest.mark.parametrize(("name", "number"), [("open", 2), ("fsync", 2)])
def test_when_only_the_folder_cannot_be_flushed_the_new_file_stands_and_the_error_says_so(
    monkeypatch, target, name, number
):
    with monkeypatch.context() as patch:
        nth_call_fails(patch, _files.os, name, number)
        with pytest.raises(
            FileError, match=r"^\$: the file was replaced, but its folder could not be flushed to the disk: No space"
        ):
            write(NEW, target)
    assert read(target) == NEW
    assert others(target) == []


@pytest.mark.parametrize("name", ["EINVAL", "ENOTSUP", "EACCES", "EPERM"])
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_folder_that_cannot_be_flushed_at_all_is_no_failure(monkeypatch, target, name, call):
    real = getattr(os, call)

    def no_folders(handle, *arguments):
        if os.path.isdir(handle) if call == "open" else stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(getattr(errno, name), "Invalid argument")
        return real(handle, *arguments)

    monkeypatch.setattr(_files.os, call, no_folders)
    write(NEW, target)
    assert read(target) == NEW


def test_all_of_the_file_is_flushed_before_it_replaces_the_other_and_then_the_folder(monkeypatch, target):
    steps = []
    fsync, replace = os.fsync, os.replace

    def flushed(handle):
        found = os.fstat(handle)
        steps.append("folder" if stat.S_ISDIR(found.st_mode) else found.st_size)
        fsync(handle)

    monkeypatch.setattr(_files.os, "fsync", flushed)
    monkeypatch.setattr(_files.os, "replace", lambda *names: (steps.append("replaced"), replace(*names)))
    write(NEW, target)
    assert steps == [target.stat().st_size, "replaced", "folder"]


@pytest.mark.parametrize("number", [1, 2], ids=["file", "folder"])
def test_no_handle_stays_open_when_a_flush_fails(monkeypatch, target, number):
    opened, closed = [], []
    real_open, real_close = os.open, os.close
    monkeypatch.setattr(_files.os, "open", lambda *given: (opened.append(real_open(*given)), opened[-1])[1])
    monkeypatch.setattr(_files.os, "close", lambda handle: (closed.append(handle), real_close(handle)))
    nth_call_fails(monkeypatch, _files.os, "fsync", number)
    with pytest.raises(FileError):
        write(NEW, target)
    for handle in opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handle)


def test_an_interrupt_leaves_the_old_file(monkeypatch, target):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_files.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(NEW, target)
    assert read(target) == OLD
    assert others(target) == []


def test_what_cannot_be_removed_does_not_hide_the_failure(monkeypatch, target):
    nth_call_fails(monkeypatch, _files.os, "replace", 1)
    nth_call_fails(monkeypatch, _files.os, "unlink", 1)
    with pytest.raises(FileError, match="No space left on device"):
        write(NEW, target)


def test_the_mode_of_the_target_is_kept_and_a_new_file_obeys_the_umask(target, tmp_path):
    target.chmod(0o640)
    write(NEW, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    for number, (mask, expected) in enumerate([(0o027, 0o640), (0, 0o666)]):
        old = os.umask(mask)
        try:
            write(NEW, tmp_path / f"{number}.json")
        finally:
            os.umask(old)
        assert stat.S_IMODE((tmp_path / f"{number}.json").stat().st_mode) == expected


def test_a_link_keeps_pointing_where_it_did(target, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(target)
    write(NEW, link)
    assert link.is_symlink()
    assert read(target) == NEW
    dangling = tmp_path / "dangling.json"
    dangling.symlink_to(tmp_path / "made.json")
    write(NEW, dangling)
    assert read(tmp_path / "made.json") == NEW


def test_a_link_at_the_temporary_name_is_not_followed(target, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious", "utf-8")
    planted = tmp_path / f".checklist.json.{os.getpid():x}-0.tmp"
    planted.symlink_to(victim)
    write(NEW, target)
    assert victim.read_text("utf-8") == "precious"
    assert read(target) == NEW


def test_when_all_temporary_names_are_taken_it_says_so(monkeypatch, target):
    tried = []

    def taken(path, *_):
        tried.append(path)
        raise FileExistsError(17, "File exists")

    monkeypatch.setattr(_files.os, "open", taken)
    with pytest.raises(FileError, match="a thousand temporary files stand beside it"):
        write(NEW, target)
    assert len(set(tried)) == len(tried) == 1_000


def test_a_temporary_name_is_short_enough_for_the_file_system(monkeypatch, tmp_path):
    names = []
    replace = os.replace
    monkeypatch.setattr(_files.os, "replace", lambda old, new: (names.append(os.path.basename(old)), replace(old, new)))
    path = tmp_path / f"{chr(0x1F600) * 61}.json"  # 249 bytes
    write(NEW, path)
    assert names == [f".{chr(0x1F600) * 50}.{os.getpid():x}-0.tmp"]
    assert read(path) == NEW


def test_what_killed_writers_left_is_swept_after_an_hour(monkeypatch, target, tmp_path):
    real = _files._write_beside
    monkeypatch.setattr(_files, "_write_beside", lambda *given: (real(*given)[0], 10_000.0))
    names = {
        ".checklist.json.1-0.tmp": 6_399,
        ".checklist.json.ab-f.tmp": 6_399,
        ".checklist.json.2-0.tmp": 6_400,
        ".checklist.json.3-0.tmp": 11_000,
        ".other.json.1-0.tmp": 1,
        ".checklist.json.1-0.tmp.gz": 1,
        ".checklist.json.1-g.tmp": 1,
        "checklist.json.1-0.tmp": 1,
    }
    for name, time in names.items():
        (tmp_path / name).write_text("{", "utf-8")
        os.utime(tmp_path / name, (time, time))
    write(NEW, target)
    assert others(target) == sorted(set(names) - {".checklist.json.1-0.tmp", ".checklist.json.ab-f.tmp"})


def test_a_link_at_a_temporary_name_has_an_age_of_its_own_and_is_not_followed(target, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious", "utf-8")
    os.utime(victim, (1, 1))
    young, stale = (tmp_path / f".checklist.json.{number}-0.tmp" for number in (1, 2))
    for link in (young, stale):
        link.symlink_to(victim)
    os.utime(stale, (1, 1), follow_symlinks=False)
    write(NEW, target)
    assert others(target) == [young.name, "victim"]
    assert victim.read_text("utf-8") == "precious"


@pytest.mark.parametrize("name", ["scandir", "unlink"])
def test_what_cannot_be_swept_is_no_failure(monkeypatch, target, tmp_path, name):
    stale = tmp_path / ".checklist.json.1-0.tmp"
    stale.touch()
    os.utime(stale, (1, 1))
    assert nth_call_fails(monkeypatch, _files.os, name, 1) == []
    write(NEW, target)
    assert read(target) == NEW
    assert others(target) == [stale.name]


@pytest.mark.parametrize("path", [None, 3, b"x.json"], ids=repr)
def test_a_path_is_a_path(path):
    for use in (lambda: write(NEW, path, "json"), lambda: read(path, "json")):
        with pytest.raises(InvalidError, match=r"^\$: is not the path of a file"):
            use()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_only_regular_files_are_replaced(tmp_path, make):
    path = tmp_path / "x.json"
    make(path)
    with pytest.raises(FileError, match=r"^\$: is not a regular file \(got .*\); name a file$"):
        write(NEW, path)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "no" / "x.json"
    for use, what in ((lambda: write(NEW, path), "written"), (lambda: read(path), "read")):
        with pytest.raises(FileError) as caught:
            use()
        assert str(caught.value) == (
            f"$: the file cannot be {what}: No such file or directory (got {str(path)!r}); check the path"
        )


def test_a_folder_and_a_name_with_nul_cannot_be_read(tmp_path):
    with pytest.raises(FileError, match="the file cannot be read: Is a directory"):
        read(tmp_path, "json")
    with pytest.raises(FileError, match="the file cannot be read: embedded null byte"):
        read("a\0b.json")
    with pytest.raises(FileError, match="the file cannot be written: "):
        write(NEW, "a\0b.json")


def test_a_system_without_folder_handles_and_modes_still_replaces(monkeypatch, target):
    monkeypatch.delattr(_files.os, "O_DIRECTORY")
    monkeypatch.delattr(_files.os, "fchmod")
    write(NEW, target)
    assert read(target) == NEW


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("delay", [0, 0.1])  # what is there already, and what has to be waited for
def test_a_pipe_is_read_once_a_process_writes_to_it(tmp_path, delay):
    pipe = tmp_path / "checklist.json"
    os.mkfifo(pipe)
    with pytest.raises(FileError, match="no process writes to the pipe"):
        read(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer need not wait for one
    writer = os.open(pipe, os.O_WRONLY)
    timer = threading.Timer(delay, lambda: (os.write(writer, dumps(OLD, "json").encode()), os.close(writer)))
    if not delay:
        os.write(writer, b" ")
    timer.start()
    assert read(pipe) == OLD
    timer.join()
    os.close(reader)


def test_what_is_neither_a_file_nor_a_pipe_is_refused(tmp_path):
    with pytest.raises(FileError, match="it is neither a file nor a pipe"):
        read(os.devnull, "json")


def test_a_path_that_raises_an_error_of_its_own_is_refused():
    class Path:
        def __fspath__(self):
            raise KeyError("gone")

    with pytest.raises(InvalidError, match="is not the path of a file") as caught:
        read(Path())
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("kind", ["file", "pipe"])
def test_as_many_bytes_as_allowed_are_read_and_not_one_more(kind, tmp_path):
    path = tmp_path / "bytes"
    handles = []
    if kind == "pipe":
        os.mkfifo(path)
        handles = [os.open(path, os.O_RDONLY | os.O_NONBLOCK), os.open(path, os.O_WRONLY)]

    def holds(data):
        os.write(handles[1], data) if handles else path.write_bytes(data)
        if handles:
            threading.Timer(0.05, os.close, handles[1:]).start()

    holds(b"0123456789")
    if kind == "file":
        assert [_files.read_bytes(path, most) for most in (None, 10, 11)] == [b"0123456789"] * 3
        with pytest.raises(LimitError, match="the file is too large: 10 bytes, and at most 9 are read"):
            _files.read_bytes(path, 9)
    else:
        with pytest.raises(LimitError, match="the file is too large: 8 bytes, and at most 7 are read"):
            _files.read_bytes(path, 7)  # how many there are, a pipe does not say
        os.close(handles[0])
