"""How dates are written, as patterns whose named groups are their parts."""

_FRACTION = r"(?:[.,]\d{1,9})?"
_AFTER = r"\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|(?:UTC|GMT)(?:[+-]\d{2}:?\d{2})?|[+-]\d{2}:?\d{2})?"
CLOCK = (
    r"(?:(?:[ T]|, ?)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})" + _FRACTION + ")?"
    + _AFTER + ")?$"
)  # fmt: skip
TAIL, TAIL_OF_MINUTES = "^" + _FRACTION + _AFTER + "$", "^" + _AFTER + "$"  # what follows seconds, minutes
LONGEST = 60  # no date has more characters
BEGUN = r"^\d{1,4}[./-]\d{1,2}[./-]"  # as all that PARTED takes
PARTED = r"^(?P<a>\d{1,4})(?P<mark>[./-])(?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?" + CLOCK
COMPACT = (
    r"^(?P<a>(?:19|20)\d{2})(?P<b>\d{2})(?P<c>\d{2})"
    r"(?:[ T]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?$"
)
WITHIN = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"  # as every text with a date in numbers holds
_WEEKDAY = (
    "(?i:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
    "|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)"
)
BESIDE = (  # words that a date stands beside, and what is put for them
    (rf"^{_WEEKDAY}\.?,?\s+", ""), (rf"[ ,]*[ (]{_WEEKDAY}\.?\)?$", ""),
    (r"(\d) ?г(?:ода)?\.?(,? |$)", r"\1\2"), (r" (?:в|at) (\d)", r" \1"),
    (rf"^({WITHIN})\s?(?:[-–—]|to|по)\s?{WITHIN}$", r"\1"),  # a period is dated by its first day
)  # fmt: skip
MONTH = r"^(?:(?P<a>\d{4})[./-](?P<b>\d{1,2})|(?P<b2>\d{1,2})[./-](?P<a2>\d{4}))$"
NAME = "(?P<name>[A-Za-zÀ-ɏА-Яа-яЁё]{3,9})"  # \pL takes 40 times as long to compile
DATED = (  # a cheap look: nothing else can be a date
    r"^\d{1,4}[./-]\d|^\d{5}|[A-Za-zÀ-ɏА-Яа-яЁё]{3}.*(?:\d{4}|[.'’/-]\d{2}\b)"
    r"|^\d{4}.{0,9}[QqКкHhПпWwНн]|[QqКкHhПпWw].{0,4}\d{4}\D{0,6}$"
)
DAY_NAME_YEAR = r"^(?P<day>\d{1,2}) ?(?:st|nd|rd|th)?[ ./-]+" + NAME + r"\.?[ .,/-]+(?P<year>\d{4}|\d{2})"
NAME_DAY_YEAR = "^" + NAME + r"\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"
NAME_YEAR = "^" + NAME + r"\.?[ ,-]+(?P<year>\d{4})"
NAME_SHORT_YEAR = "^" + NAME + r"[.'’-]{1,2}(?P<year>\d{2})"  # Oct-24, янв.25
NAMED = (  # as every month does
    "(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
)

_NAMED_MONTH = f"(?:{NAMED[4:]})[a-zа-я]{{0,6}}"
YEARLESS = (  # 12-May, May 12th, 13.01–19.01: a date, but of no known year
    rf"(?i)^(?:\d{{1,2}}(?:st|nd|rd|th)?[ .-]?{_NAMED_MONTH}\.?|{_NAMED_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?"
    r"|\d{1,2}[./]\d{1,2}\s?[-–—]\s?\d{1,2}[./]\d{1,2})$"
)


def _part_of_year(letters: str, last: int, roman: str, word: str) -> str:
    """The year and one of its parts (a letter and a number, or a number and a word), in either order."""
    year = r"(?: ?г(?:ода?)?\.?)?"
    first, second = (
        rf"(?:[{letters}](?P<{names[0]}>[1-{last}])|(?:(?P<{names[1]}>[1-{last}])|(?P<{names[2]}>{roman})){word})"
        for names in (("b", "c", "roman"), ("d", "e", "roman2"))
    )
    return rf"(?i)^(?:(?P<a>\d{{4}}){year}[ ,./-]*{first}|{second}[ ,./-]*(?P<f>\d{{4}}){year})$"


QUARTERED = "[QqКк][1-4TtUuВв]"
QUARTER = _part_of_year(  # 2023 Q3, 2023 III кв.; Q3 2023, 3 квартал 2023 года
    "qк", 4, "iv|i{1,3}", r"(?:-?й)?[ -]?(?:кв(?:артал)?|qtr|quarter)\.?"
)
WEEKLY = "(?i)w[0-9ek]|нед"
WEEK = (  # 2025-W12, W12 2025, week 12 of 2025, 2025 нед. 12, 12 неделя 2025
    r"(?i)^(?:(?P<a>\d{4})[ ,/-]*(?:w|week|wk|нед(?:еля)?\.?) ?(?P<b>\d{1,2})"
    r"|(?:w|week|wk|нед(?:еля)?\.?) ?(?P<c>\d{1,2})[ ,/-]*(?:of )?(?P<d>\d{4})"
    r"|(?P<e>\d{1,2})(?:-?я)? ?нед(?:еля)?\.?,? ?(?P<f>\d{4})(?: ?г(?:ода)?\.?)?)$"
)
HALVED = "(?i)h[12]|[12]h|полуг|п/?г"
HALF = _part_of_year(  # 2024 H1, 1H 2024, 2024 г., II полугодие; 1-е полугодие 2024 года, 2 п/г 2024
    "h", 2, "i{1,2}", r"(?:h|(?:-?о?е)?[ -]?(?:полугодие|п/?г)\.?)"
)
