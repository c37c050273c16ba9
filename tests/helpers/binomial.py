"""Exact limits of a share, by nothing but the binomial distribution, to check the numbers of guides against."""

from math import exp, lgamma, log


def at_most(count, of, share):
    """Return the probability of at most ``count`` of ``of`` observations, each with the probability ``share``."""
    if share in (0, 1):
        return float(share == 0 or count >= of)
    return sum(
        exp(
            lgamma(of + 1)
            - lgamma(number + 1)
            - lgamma(of - number + 1)
            + number * log(share)
            + (of - number) * log(1 - share)
        )
        for number in range(count + 1)
    )


def _share_at(function, level):
    """Return the share at which a function that falls with it takes a level."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > level else (low, middle)
    return low


def upper(count, of, confidence=0.95):
    """Return the largest share that ``count`` wrong observations do not exclude, one-sided."""
    return 1.0 if count == of else _share_at(lambda share: at_most(count, of, share), 1 - confidence)


def lower(count, of, confidence=0.95):
    """Return the smallest share that ``count`` wrong observations do not exclude, one-sided."""
    return 0.0 if count == 0 else _share_at(lambda share: at_most(count - 1, of, share), confidence)


def interval(count, of, confidence=0.95):
    """Return the exact two-sided interval of a share (Clopper and Pearson)."""
    level = (1 + confidence) / 2
    return lower(count, of, level), upper(count, of, level)


def most_wrong(of, share, confidence=0.95):
    """Return the largest number of wrong observations that still proves a share, or -1 where none does."""
    return next(count for count in range(-1, of) if upper(count + 1, of, confidence) > share)


def fewest(wrong, share, confidence=0.95):
    """Return the smallest number of observations, of which so many are wrong, that proves a share."""
    return next(of for of in range(wrong + 1, 1_000_000) if at_most(wrong, of, share) <= 1 - confidence)


def least_sample(share, confidence=0.95):
    """Return the smallest number of observations, none of them wrong, that proves a share."""
    return next(of for of in range(1, 1_000_000) if (1 - share) ** of <= 1 - confidence)
