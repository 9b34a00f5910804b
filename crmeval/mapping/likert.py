"""Answers in words, such as "strongly agree", as numbers on their scale."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping.columns import column_of
from crmeval.mapping.names import normal
from crmeval.reading.sheet import Sheet

MOST_ANSWERS = 12  # more different values are no scale
_NUMBERED = re.compile(r"^\s*(\d{1,2})\s*(?:[-–—=:.)(]|\s).*[^\W\d]", re.DOTALL)
_NEUTRAL = re.compile(
    r"\b(?:neutral|neither|undecided|unsure|not sure|no opinion|нейтральн\w*|затрудняюсь|не знаю|не уверен\w*"
    r"|ни да ни нет|и да и нет|ни согласен\w*|когда как|отчасти)\b"
)
_SAYS = re.compile(r"\b(?:dis)?agree\b|\b(?:не ?)?соглас(?:ен|на|ны|ен на)\b")
_AGAINST = re.compile(r"\bdisagree\b|\bне ?соглас")
_STRONG = re.compile(
    r"\b(?:strongly|completely|totally|fully|entirely|absolutely|полностью|совершенно|абсолютно|категорически"
    r"|целиком|совсем|вполне)\b"
)
_WEAK = re.compile(
    r"\b(?:somewhat|slightly|rather|partly|partially|a little|mildly|скорее|отчасти|частично|немного"
    r"|несколько|слегка)\b"
)
_FIVE = {-3: 1, -2: 2, -1: 2, 0: 3, 1: 4, 2: 4, 3: 5}


@lru_cache(maxsize=4096)
def level(answer: str) -> int | None:
    """How far an answer agrees, −3 (strongly disagree) … 3; None where it says no such thing."""
    said = normal(answer)
    if not _SAYS.search(said):
        return 0 if _NEUTRAL.search(said) else None
    if re.search(r"\b(?:neither|nor|ни)\b", said):
        return 0
    strength = 3 if _STRONG.search(said) else 1 if _WEAK.search(said) else 2
    return -strength if _AGAINST.search(said) else strength


def numbers_of(answers: Sequence[str]) -> dict[str, int]:
    """Each answer as a number, where all of them are such answers; empty where one is not.

    `5 – strongly agree` is 5. Of words alone, "agree" and "somewhat agree" (or their contraries) among the
    answers make a scale of seven points; else there are five. All answers of a form are to be given at once.
    """
    numbered = {answer: int(found[1]) for answer in answers if (found := _NUMBERED.match(answer))}
    plain = {answer: int(answer) for answer in answers if re.fullmatch(r"\s*\d{1,2}(?:[.,]0)?\s*", answer)}
    agreeing = any(level(answer) for answer in numbered)
    if agreeing and len(numbered) + len(plain) == len(answers):
        return numbered | plain
    levels = {answer: said for answer in answers if (said := level(answer)) is not None}
    if not any(levels.values()) or len(levels) < len(answers):
        return {}
    held = set(levels.values())
    seven = {1, 2} <= held or {-1, -2} <= held
    return {answer: found + 4 if seven else _FIVE[found] for answer, found in levels.items()}


def with_numbers(sheet: Sheet, headers: Iterable[str]) -> Sheet:
    """The sheet with the answers in these columns as numbers, where they are words."""
    worded = {header: answers for header in headers if (answers := _answers(sheet, header))}
    said = numbers_of(sorted({answer for answers in worded.values() for answer in answers}))
    if not said:
        return sheet
    table = sheet.table
    known, numbers = pa.array(list(said), pa.string()), pa.array(list(map(str, said.values())), pa.string())
    for header in worded:
        texts = table[header].cast(pa.string())
        read = pc.take(numbers, pc.index_in(texts, value_set=known))
        table = table.set_column(table.column_names.index(header), header, read)
    return replace(sheet, table=table)


def _answers(sheet: Sheet, header: str) -> list[str]:
    """The different answers in a column, where they are few and not all mere numbers."""
    values = column_of(sheet, header).few(MOST_ANSWERS)
    answers: list[str] = values.texts.to_pylist() if values else []
    return [] if all(re.fullmatch(r"\s*\d+(?:[.,]\d+)?\s*", answer) for answer in answers) else answers
