"""What the rows say beside the columns: a deal closes after it was created, and only where it has an end."""

from collections.abc import Mapping

import numpy as np
from rapidfuzz import fuzz

from crmeval.fields import OPEN
from crmeval.mapping.concepts import says_only, words
from crmeval.mapping.outcomes import are_flags, is_yes, outcomes_of
from crmeval.mapping.profiles import Profile

_MOSTLY, _SELDOM = 0.9, 0.1
_AGREES, _ONLY_SOME, _DISAGREES = 1.2, 0.9, 0.8  # what it is worth that dates stand where deals have an end
_BY_ROWS = 0.5  # how sure a date is that only the rows tell
_ONLY_ONE = 0.45  # and of the only other date, later and with gaps
_SAME_AGAIN, _COMPARED, _ALIKE, _OFTEN = 1, 40, 60, 0.6
_OTHER_DATES = {"expect", "modify", "due", "birth", "act"}


def ends_with_outcome(date: Profile, outcome: Profile) -> float:
    """How a column of dates agrees with the ends of deals: above 1 where it is filled for them alone."""
    known = outcomes_of(outcome.some)
    ended = np.array([known[value] != OPEN for value in outcome.some] + [False])[outcome.places]
    told = outcome.places >= 0
    if not (told & ended).any() or not (told & ~ended).any():
        return 1.0
    filled = ~np.isnat(date.moments)
    among_ended, among_open = filled[told & ended].mean(), filled[told & ~ended].mean()
    if among_open <= _SELDOM and among_ended >= _MOSTLY:
        return _AGREES
    if among_open <= _SELDOM:
        return _ONLY_SOME
    return _DISAGREES if among_open >= _MOSTLY else 1.0


def before(first: Profile, second: Profile) -> bool:
    """Whether the first date nearly never stands after the second, of the rows that have both."""
    both = ~np.isnat(first.moments) & ~np.isnat(second.moments)
    return bool((first.moments[both] <= second.moments[both]).mean() >= _MOSTLY) if both.any() else True


def nearly_equal(first: Profile, second: Profile) -> bool:
    """Whether two columns of different texts say nearly the same in most rows, but not the same in all."""
    if min(first.distinct, second.distinct) <= _SAME_AGAIN or min(first.numbers, second.numbers) == 1:
        return False
    rows = [
        (first.some[one].strip(), second.some[two].strip())
        for one, two in zip(first.places[:_COMPARED], second.places[:_COMPARED], strict=False)
        if one >= 0 and two >= 0
    ]
    alike = sum(fuzz.ratio(one, two) >= _ALIKE for one, two in rows)
    equal = sum(one == two for one, two in rows)
    return bool(rows) and alike >= _OFTEN * len(rows) and equal < len(rows)


def by_rows(found: Mapping[str, Profile], columns: Mapping[str, str]) -> list[tuple[float, str, str]]:
    """When deals were created and closed, where no header says it: candidates (how sure, field, header)."""
    free = {
        header: profile for header, profile in found.items()
        if header not in columns.values() and (~np.isnat(profile.moments)).any()
        and not any(word.means & _OTHER_DATES for word in words(header))
    }  # fmt: skip
    candidates = []
    if "created_at" not in columns:
        others = [*free.values(), *(found[columns[name]] for name in ("closed_at",) if name in columns)]
        first = [
            header for header, profile in free.items()
            if profile.filled == 1 and len(others) > 1
            and all(before(profile, other) for other in others if other is not profile)
        ]  # fmt: skip
        candidates += [(_BY_ROWS, "created_at", header) for header in first]
    if "outcome" in columns:
        outcome = found[columns["outcome"]]
        candidates += [
            (_BY_ROWS, "closed_at", header) for header, profile in free.items()
            if ends_with_outcome(profile, outcome) > 1
        ]  # fmt: skip
        if len(free) == 1 and {"created_at", "closed_at"} & {*columns} == {"created_at"}:
            created = found[columns["created_at"]]
            candidates += [
                (_ONLY_ONE, "closed_at", header) for header, profile in free.items()
                if profile.filled < created.filled and before(created, profile)
                and says_only("deals", "closed_at", header) and ends_with_outcome(profile, outcome) >= 1
            ]  # fmt: skip
    elif "closed_at" in columns:
        closed = found[columns["closed_at"]]
        candidates += [
            (_BY_ROWS, "outcome", header) for header, profile in found.items()
            if header not in columns.values() and _is_of_yes(closed, profile)
        ]  # fmt: skip
    return candidates


def _is_of_yes(date: Profile, flag: Profile) -> bool:
    """Whether a date stands where a flag says yes, and nowhere else."""
    if not are_flags(flag.some) or flag.distinct <= 1:
        return False
    yes = np.array([is_yes(value) for value in flag.some] + [False])[flag.places]
    filled = ~np.isnat(date.moments)
    return bool(filled[yes].mean() >= _MOSTLY and filled[~yes].mean() <= _SELDOM)
