"""Real processes that write one store, and are killed: run as a program, so that forking is safe. Prints what it has counted as JSON.

The program imports everything once and forks its writers from there, so a writer that is killed costs milliseconds. It never opens the
store itself: what it has to know of the file, children tell.
"""

import contextlib
import json
import os
import random
import select
import signal
import sqlite3
import sys
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta

import attrs

from servingchecklist import Launch, Store, events, model_serving

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
BASE = Launch.start(model_serving(), name="shared", by="ml-platform", at=START)


def named(name):
    return attrs.evolve(BASE, name=name)


def note(writer, number, size=0):
    """An event that no other writer makes."""
    at = START + timedelta(seconds=number)
    return events.Noted("c1", by=f"writer-{writer}", at=at, text=f"{writer}-{number} {'x' * size}".strip())


def forked(work, leave=os._exit):
    """Run ``work`` in a child with a function that sends lines; gives its process id and the end of the pipe to read them from."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        work(lambda line: os.write(writing, f"{line}\n".encode()))
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        leave(status)


def lines(reading):
    """Everything that a child has sent, when it has ended."""
    with open(reading, encoding="ascii") as file:
        return file.read().splitlines()


def done(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def result(work):
    """What ``work`` returns, done in a child that has to end well."""
    child, reading = forked(lambda send: send(json.dumps(work())))
    (line,) = lines(reading)
    assert done(child) == 0
    return json.loads(line)


def found(path, acknowledged):
    """How many of the acknowledged events, by launch, a store gives back; how many it has besides; and what SQLite says of the file."""
    with Store(path) as store:
        ids = {name: {event.id for event in store.load(name).events} for name in acknowledged}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        integrity = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    return {
        "found": sum(len(acknowledged[name] & ids[name]) for name in acknowledged),
        "besides": sum(len(ids[name] - acknowledged[name]) for name in acknowledged),
        "integrity": integrity if not orphans else "orphans",
    }


# Many writers


def write_many(path, writers, each):
    """Every writer saves half of its events to one launch that all share, and half to one of its own."""

    def writer(number):
        def work(send):
            launches = [named("shared"), named(f"own-{number}")]
            with Store(path) as store:
                for count in range(each):
                    event = note(number, count)
                    launches[count % 2] = launches[count % 2].record(event)
                    store.save(launches[count % 2])
                    send(f"{launches[count % 2].name} {event.id}")

        return work

    start = time.monotonic()
    children = dict(forked(writer(number)) for number in range(writers))
    acknowledged = {}
    read_all(children, lambda name, event: acknowledged.setdefault(name, set()).add(event))
    failed = sum(done(child) != 0 for child in children)
    seconds = time.monotonic() - start
    return {
        "acknowledged": sum(map(len, acknowledged.values())),
        "failed": failed,
        "seconds": round(seconds, 1),
        **result(lambda: found(path, acknowledged)),
    }


def read_all(children, take):
    """Read what all the children send, while they send it."""
    rests = dict.fromkeys(children.values(), b"")
    while rests:
        for reading in select.select(list(rests), [], [])[0]:
            data = os.read(reading, 65_536)
            *whole, rests[reading] = (rests[reading] + data).split(b"\n")
            for line in whole:
                take(*line.decode().split())
            if not data:
                os.close(reading)
                del rests[reading]


# Killed writers


def endless(path, number, name, seed):
    """A writer that saves until it is killed: mostly one event, now and then many large ones, and opens the store anew sometimes."""

    def work(send):
        rng = random.Random(seed)
        count = 0
        launch = named(name)
        while True:
            with Store(path) as store:
                send("opened")
                for _ in range(rng.randint(1, 60)):
                    many, size = (20, 2_000) if rng.random() < 0.05 else (1, 0)
                    new = [note(number, count + more, size) for more in range(many)]
                    count += len(new)
                    launch = launch.record(*new)
                    send("saving")
                    store.save(launch)
                    send(" ".join(event.id for event in new))
                    time.sleep(rng.expovariate(1 / 0.0005))
            send("closed")

    return work


def kill_many(path, kills, seed, at_once=4):
    rng = random.Random(seed)
    start = time.monotonic()
    acknowledged = {}
    alive = {}
    killed = saving = opening = checks = started = 0
    bad = []

    def begin():
        nonlocal started
        name = f"launch-{killed // 100}"  # a launch that grows for ever would only make the test slow
        child, reading = forked(endless(path, started, name, rng.random()))
        alive[child] = (reading, name)
        started += 1

    def kill(child):
        nonlocal killed, saving, opening
        reading, name = alive.pop(child)
        os.kill(child, signal.SIGKILL)
        sent = lines(reading)
        assert done(child) == -signal.SIGKILL
        killed += 1
        saving += sent[-1:] == ["saving"]
        opening += sent[-1:] in ([], ["closed"])
        for line in sent:
            if line not in ("opened", "saving", "closed"):
                acknowledged.setdefault(name, set()).update(line.split())

    def check(names):
        nonlocal checks
        counted = result(lambda: found(path, {name: acknowledged[name] for name in names}))
        checks += 1
        if counted["found"] != sum(len(acknowledged[name]) for name in names) or counted["integrity"] != ["ok"]:
            bad.append(counted)
        return counted

    while killed < kills:
        while len(alive) < min(at_once, kills - killed):
            begin()
        time.sleep(rng.expovariate(1 / 0.008))
        # Now and then all of them at once: then whoever comes next has to recover the file alone.
        for child in list(alive) if rng.random() < 0.1 else [rng.choice(list(alive))]:
            kill(child)
        if killed % 20 < 4 and acknowledged:
            check(sorted(acknowledged)[-2:])
    assert not alive
    counted = check(sorted(acknowledged))
    return {
        "kills": killed,
        "while_saving": saving,
        "while_opening": opening,
        "acknowledged": sum(map(len, acknowledged.values())),
        "checks": checks,
        "bad": bad,
        "files": sorted(os.listdir(os.path.dirname(path))),
        "seconds": round(time.monotonic() - start, 1),
        **counted,
    }


def kill_makers(folder, rounds, seed):
    """Each time a store that is not there yet, whose maker is killed while it makes it or soon after; then it is used."""
    rng = random.Random(seed)
    usual = timed(lambda: use(f"{folder}/usual.db", BASE))
    return {
        "rounds": rounds,
        # Every fifth is killed when all is done, and every fifth at once; what happens between depends on the machine.
        **added_up(
            kill_maker(f"{folder}/{number}.db", {0: None, 1: 0}.get(number % 5, rng.uniform(0, usual)))
            for number in range(rounds)
        ),
    }


def kill_maker(path, seconds):
    event = note(0, 1)

    def work(send):
        with Store(path) as store:
            send("made")
            store.save(BASE.record(event))
            send(event.id)
            signal.pause()

    child, reading = forked(work)
    sent = []
    if seconds is None:
        with open(os.dup(reading), encoding="ascii", buffering=1) as file:
            sent = [file.readline().strip(), file.readline().strip()]
    else:
        time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    sent += lines(reading)
    assert done(child) == -signal.SIGKILL
    counted = result(lambda: found(path, {"shared": {event.id}} if event.id in sent else {}))
    return {
        "made": "made" in sent,
        "acknowledged": event.id in sent,
        "found": counted["found"],
        "sound": counted["integrity"] == ["ok"],
        "used": result(lambda: use(path, BASE.record(event))) == 2,
    }


def timed(work):
    """How many seconds ``work`` takes in a child."""
    start = time.monotonic()
    result(work)
    return time.monotonic() - start


def added_up(counted):
    """Counts of many rounds as one."""
    total = {}
    for one in counted:
        total = {name: total.get(name, 0) + int(count) for name, count in one.items()}
    return total


def use(path, launch):
    with Store(path) as store:
        store.save(launch)
        return len(store.load(launch.name).events)


# Processes that make the same store, and processes that are forked from one that has it open


def make_at_once(folder, processes, rounds):
    """Every process opens a store that is not there yet, at the same moment, and saves an event."""
    return added_up(make_one(f"{folder}/{number}.db", processes) for number in range(rounds))


def make_one(path, processes):
    moment = time.monotonic() + 0.02

    def maker(number):
        def work(send):
            while time.monotonic() < moment:
                pass
            with Store(path) as store:
                store.save(BASE.record(note(number, 1)))
            send(note(number, 1).id)

        return work

    children = [forked(maker(number)) for number in range(processes)]
    acknowledged = {line for _, reading in children for line in lines(reading)}
    counted = result(lambda: found(path, {"shared": acknowledged}))
    return {
        "failed": sum(done(child) != 0 for child, _ in children),
        "acknowledged": len(acknowledged),
        "found": counted["found"],
        "sound": counted["integrity"] == ["ok"],
    }


def fork_while_open(path, children):
    """Children get a store over a fork, at any moment of a save in another thread, and go on with it.

    A third of them ends with the store open, a third takes the interpreter apart, and a third is killed, after it has saved once more
    when the parent has closed the store.
    """
    waiting, go = os.pipe()
    store = Store(path)
    store.save(BASE)
    stop = threading.Event()
    acknowledged = set()

    def save():
        launch = BASE
        while not stop.is_set():
            event = note(0, len(launch.events), 5_000)
            launch = launch.record(event)
            store.save(launch)
            acknowledged.add(event.id)

    def child(number):
        def work(send):
            store.save(BASE.record(note(number, 1)))
            send(note(number, 1).id)
            with Store(path) as own:
                own.save(BASE.record(note(number, 2)))
            send(note(number, 2).id)
            if number % 3 == 2:
                os.read(waiting, 1)
                store.save(BASE.record(note(number, 3)))
                send(note(number, 3).id)
                signal.pause()

        return work

    thread = threading.Thread(target=save)
    thread.start()
    begun = []
    for number in range(1, children + 1):
        begun.append(forked(child(number), sys.exit if number % 3 else os._exit))
        time.sleep(0.002)
    stop.set()
    thread.join()
    store.close()
    by_parent = len(acknowledged)
    os.write(go, b"x" * children)
    ended = []
    for number, (pid, reading) in enumerate(begun, 1):
        with open(reading, encoding="ascii") as file:
            acknowledged.update(file.readline().strip() for _ in range(3 if number % 3 == 2 else 2))
        if number % 3 == 2:
            os.kill(pid, signal.SIGKILL)
        ended.append(done(pid))
    return {
        "ended": {str(status): ended.count(status) for status in sorted(set(ended))},
        "by_parent": by_parent,
        "acknowledged": len(acknowledged),
        **result(lambda: found(path, {"shared": acknowledged})),
    }


MODES = {
    "write": write_many,
    "kill": kill_many,
    "kill-makers": kill_makers,
    "make": make_at_once,
    "fork": fork_while_open,
}

if __name__ == "__main__":
    mode, path, *numbers = sys.argv[1:]
    json.dump(MODES[mode](path, *map(int, numbers)), sys.stdout)
