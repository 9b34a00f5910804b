"""How dates are written, as patterns whose named groups are their parts."""

CLOCK = (
    r"(?:(?:[ T]|, ?)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$"
)
BEGUN = r"^\d{1,4}[./-]\d{1,2}[./-]"  # as all that PARTED takes
PARTED = r"^(?P<a>\d{1,4})(?P<mark>[./-])(?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?" + CLOCK
COMPACT = (
    r"^(?P<a>(?:19|20)\d{2})(?P<b>\d{2})(?P<c>\d{2})"
    r"(?:[ T]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?$"
)
MONTH = r"^(?:(?P<a>\d{4})[./-](?P<b>\d{1,2})|(?P<b2>\d{1,2})[./-](?P<a2>\d{4}))$"
NAME = "(?P<name>[A-Za-zÀ-ɏА-Яа-яЁё]{3,9})"  # \pL takes 40 times as long to compile
DATED = (  # a cheap look: nothing else can be a date
    r"^\d{1,4}[./-]\d|^\d{5}|[A-Za-zÀ-ɏА-Яа-яЁё]{3}.*\d{4}|^\d{4}.{0,9}[QqКк]|[QqКк].{0,3}\d{4}\D{0,6}$"
)
DAY_NAME_YEAR = r"^(?P<day>\d{1,2}) ?(?:st|nd|rd|th)?[ .-]+" + NAME + r"\.?[ .,-]+(?P<year>\d{4})"
NAME_DAY_YEAR = "^" + NAME + r"\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"
NAME_YEAR = "^" + NAME + r"\.?[ ,-]+(?P<year>\d{4})"
NAMED = (  # as every month does
    "(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
)
QUARTERED = "[QqКк][1-4TtUuВв]"
_QUARTER_WORD = r"(?:-?й)?[ -]?(?:кв(?:артал)?|qtr|quarter)\.?"
QUARTER = (  # 2023 Q3, 2023 III кв.; Q3 2023, 3 квартал 2023 года
    r"(?i)^(?:(?P<a>\d{4})(?: ?г(?:од)?\.?)?[ ,./-]*"
    rf"(?:[qк](?P<b>[1-4])|(?:(?P<c>[1-4])|(?P<roman>iv|i{{1,3}})){_QUARTER_WORD})"
    rf"|(?:[qк](?P<d>[1-4])|(?:(?P<e>[1-4])|(?P<roman2>iv|i{{1,3}})){_QUARTER_WORD})"
    r"[ ,./-]*(?P<f>\d{4})(?: ?г(?:ода?)?\.?)?)$"
)
