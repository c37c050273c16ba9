"""Simulated services and items in every structure of dependence: functions that return the latencies of a run, infinite for a failure."""

from math import inf


def independent(rng, n):
    """Latencies that know nothing of each other."""
    return [rng.lognormvariate(0, 0.5) for _ in range(n)]


def drifting(rng, n):
    """Latencies of which each is near the one before: an autoregressive process with 0.9."""
    value, found = rng.gauss(0, 1), []
    for _ in range(n):
        value = 0.9 * value + rng.gauss(0, (1 - 0.81) ** 0.5)
        found.append(2.718281828459045**value)
    return found


def two_speeds(rng, n):
    """A service that changes, about every 100 requests, between a fast and a slow state, in which it is half of the time."""
    slow, found = rng.random() < 0.5, []
    for _ in range(n):
        slow = slow if rng.random() < 0.99 else not slow
        found.append((2.0 if slow else 1.0) + rng.random())
    return found


def one_worker(rng, n):
    """A queue before one worker, at 20 requests a second, of which one in 30 takes 0.6 s."""
    free, found = 0.0, []
    for number in range(n):
        at = number / 20
        free = max(free, at) + (0.6 if rng.random() < 1 / 30 else 0.01)
        found.append(free - at + rng.random() * 1e-6)
    return found


def failing_in_bursts(rng, n):
    """A service that is out for about a second, once in about 100 s, at 20 requests a second: 1 % of its requests fail."""
    found, left = [], 0
    for _ in range(n):
        if not left and rng.random() < 1 / 1_980:
            left = 20
        found.append(inf if left else 0.01)
        left = max(0, left - 1)
    return found


def items_of_unequal_difficulty(rng, n, repeats=5, share=0.05):
    """Answers to items, of which each has a probability of its own to be wrong: pairs of violations and observations."""
    found = []
    for _ in range(n // repeats):
        difficulty = rng.betavariate(0.2, 0.2 * (1 - share) / share)
        found.append((sum(rng.random() < difficulty for _ in range(repeats)), repeats))
    return found


def deterministic_repeats(rng, n, repeats=10, share=0.05):
    """Answers to items that never change."""
    return [(repeats if rng.random() < share else 0, repeats) for _ in range(n // repeats)]
