"""The statements of standard usability questionnaires, known by their words in English and Russian."""

from collections.abc import Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process
from scipy.optimize import linear_sum_assignment

from crmeval.mapping.names import normal
from crmeval.words import LANGUAGES, Words

FORMS: Mapping[str, int] = {"sus": 10, "umux_lite": 2}
_SURE, _LIKELY = 60, 35  # likeness of words, 0 … 100; translations of one statement differ a good deal
_MOST = 0.8  # of a form's statements must be sure: the others are then what is left


def statements(form: str, language: str) -> list[str]:
    """The statements of a form in a language, in their order."""
    words = Words(language)
    return [words(f"questionnaire.{form}.q{number}") for number in range(1, FORMS[form] + 1)]


def recognise(headers: Sequence[str]) -> dict[str, str]:
    """The statements of the standard form that these headers are: `q1` → header, whatever their order.

    A name of the system in the place of "this system" does not matter. Empty where they are none.
    """
    for form, count in FORMS.items():
        found = _matched(form, headers) if len(headers) >= count else {}
        if found:
            return {f"q{number + 1}": headers[place] for number, place in sorted(found.items())}
    return {}


def _matched(form: str, headers: Sequence[str]) -> dict[int, int]:
    """The number of the statement → the place of its header, the likest pairs together; empty if unsure."""
    said = [normal(header) for header in headers]
    alike = np.max(
        [
            process.cdist(
                [normal(one) for one in statements(form, language)], said, scorer=fuzz.token_sort_ratio
            )
            for language in LANGUAGES
        ],
        axis=0,
    )
    numbers, places = linear_sum_assignment(alike, maximize=True)
    likeness = alike[numbers, places]
    if (likeness >= _SURE).sum() < FORMS[form] * _MOST:
        return {}
    pairs = zip(numbers, places, likeness, strict=True)
    return {int(number): int(place) for number, place, sure in pairs if sure >= _LIKELY}
