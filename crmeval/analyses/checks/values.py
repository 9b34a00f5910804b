"""Single values judged: None where a value is fine, else what it should probably be (empty: not known)."""

import re
from collections.abc import Callable, Iterable
from functools import cache

Judge = Callable[[str], str | None]

# Words people type to get past a required field. `na`, `none` and `null` are not among them: they are
# somebody's country, name or answer.
_STOPGAPS = (
    "n/a", r"n\.a\.", "select", "select one", r"- ?select ?-", "choose", "tbd", "tba", "unknown", "asdf\\w*",
    "qwerty\\w*", "йцукен\\w*", "фыва\\w*", "test", "тест", "тестовый", "проверка", "не указано", "не указан",
    "не указана", "неизвестно", "не известно", "уточнить", "нет данных", "н/д", "без имени", "noname",
    "--none--", "none specified", "not specified", "lorem ipsum",
)  # fmt: skip
_EMAIL_STOPGAP = (
    r"(test|тест|no|noemail|no-email|nomail|none|нет|xxx|asdf|qwerty|mail|email|example|a|1|123)"
    r"@(test|тест|no|noemail|nomail|none|нет|xxx|asdf|qwerty|mail|email|example|a|1|123)?(\.[a-zа-я]*)?"
    r"|(test|noemail|no-email|nomail)@.*"
)
_SIGNS = r"[-–—._?*#/\\]+|x{3,}|х{3,}|ф{3,}|ы{3,}|0{3,}|1{6,}|9{6,}|1234567\d*|\d?9990000000"
EMAIL_STOPGAP_PATTERN = f"^({_EMAIL_STOPGAP})$"
PLACEHOLDER_PATTERN = f"^({'|'.join(_STOPGAPS)}|{_EMAIL_STOPGAP}|{_SIGNS})$"
OGRN_PATTERN = r"[1-9]\d{12}|[34]\d{14}"  # of a firm, of an entrepreneur
_NO = ("нет", "no", "не знаю", "отсутствует")
_YES = ("да", "yes", "есть")

_LATIN, _CYRILLIC = "ABEKMHOPCTXaceopxy", "АВЕКМНОРСТХасеорху"
_TO_CYRILLIC, _TO_LATIN = str.maketrans(_LATIN, _CYRILLIC), str.maketrans(_CYRILLIC, _LATIN)
MIXED_PATTERN = "[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]"
_WORD = re.compile(r"[^\W\d_]+")
_INFLECTED = re.compile(r"[A-Z]{2,}[а-яё]+")  # «PDFа», «SMSкой»: a Latin name with a Russian ending

SIMPLE_EMAIL_PATTERN = r"^[a-z0-9_]+([.+-][a-z0-9_]+)*@[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]{2,10}$"
_SEVERAL = re.compile(r"[;,\s]+")
_BETWEEN_NUMBERS = re.compile(r"[;,/\n]")
ONLY_DIGITS_PATTERN, PUNCTUATION_PATTERN = r"^\+?[0-9 ().–-]{3,24}$", r"[ ().–-]"
BARE_NUMBER_PATTERN = r"^\+?[0-9]{3,24}$"
_ONLY_DIGITS, _PUNCTUATION = re.compile(ONLY_DIGITS_PATTERN[1:-1]), re.compile(PUNCTUATION_PATTERN)
# Of a number, its country's and its area's are the first: with six of them and the length, none of 144,000
# random numbers of 24 countries is judged otherwise; with five, nine are.
TELLING_SIGNS = 6
_NOBODYS = "(0{7}|1{7}|2{7}|3{7}|4{7}|5{7}|6{7}|7{7}|8{7}|9{7}|^1234567)$"
_NOBODYS_NUMBER = re.compile(_NOBODYS)
UNLIKELY_NUMBER_PATTERN = rf"{_NOBODYS}|^\+?({_SIGNS})$"  # not to be taken for others that begin like it


def placeholders(values: Iterable[str], *, many: bool) -> dict[str, str]:
    """Values that stand for nothing. A bare «no» is one only where the column is no yes-or-no answer.

    `many`: the column has so many different values that no answer is given by a word like «no».
    """
    pattern = re.compile(PLACEHOLDER_PATTERN)
    said = {value: value.strip().lower() for value in values}
    free = many and not set(said.values()) & set(_YES)
    return {value: "" for value, spoken in said.items() if pattern.match(spoken) or (free and spoken in _NO)}


def lookalike(value: str) -> str | None:
    """A word that mixes Cyrillic letters with Latin ones of the same shape: «Мocква»."""
    mended = _WORD.sub(lambda word: _one_alphabet(word.group()), value)
    return None if mended == value else mended


def _one_alphabet(word: str) -> str:
    latin = [letter for letter in word if "A" <= letter <= "z"]
    cyrillic = [letter for letter in word if "Ѐ" <= letter <= "ӿ"]
    if not latin or not cyrillic or _INFLECTED.fullmatch(word):
        return word
    if len(latin) <= len(cyrillic) and set(latin) <= set(_LATIN):
        return word.translate(_TO_CYRILLIC)
    if set(cyrillic) <= set(_CYRILLIC):
        return word.translate(_TO_LATIN)
    return word.translate(_TO_CYRILLIC) if set(latin) <= set(_LATIN) else word


def email(value: str) -> str | None:
    """Whether every address in the cell is written as an address (RFC 5322); nothing is sent anywhere."""
    from email_validator import EmailNotValidError, validate_email

    for address in _SEVERAL.split(value.strip(" ;,\t\n")):
        try:
            validate_email(address, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return ""
    return None


def phone(region: str | None) -> Judge:
    """A judge of telephone numbers; those without a country code are read as numbers of `region`.

    A number is fine if its length is one the country has: lists of ranges in use are never up to date. One
    good number in a cell of several is enough.
    """
    known: dict[str, bool] = {}

    def possible(number: str) -> bool:
        if _NOBODYS_NUMBER.search(re.sub(r"\D", "", number)):
            return False
        number = _same_length(number)
        if number not in known:
            known[number] = _possible(number, region)
        return known[number]

    def judge(value: str) -> str | None:
        numbers = (value, *_BETWEEN_NUMBERS.split(value))
        return None if any(map(possible, numbers)) else ""

    return judge


def _same_length(number: str) -> str:
    """A number that begins like this one and is as long: the rest does not tell how long it may be."""
    if not _ONLY_DIGITS.fullmatch(number):
        return number
    plain = _PUNCTUATION.sub("", number)
    return plain[:TELLING_SIGNS] + "2345678901234567890"[: max(len(plain) - TELLING_SIGNS, 0)]


def _possible(number: str, region: str | None) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value.strip().removesuffix(".0"))


def tax_number(value: str) -> str | None:
    """Whether the check digits of a Russian INN or OGRN agree; a lost leading zero is put back."""
    from stdnum.ru import inn

    digits = _digits(value)
    if inn.is_valid(digits) or _is_ogrn(digits):
        return None
    return f"0{digits}" if inn.is_valid(f"0{digits}") else ""


def _is_ogrn(digits: str) -> bool:
    """The last digit is that of the remainder of those before it by 11, of an entrepreneur's number by 13.

    stdnum takes the whole remainder by 13 for the digit: three in thirteen good numbers would be wrong.
    """
    if not re.fullmatch(OGRN_PATTERN, digits):
        return False
    return int(digits[:-1]) % (len(digits) - 2) % 10 == int(digits[-1])


def vat_number(value: str) -> str | None:
    """Whether a VAT number of the European Union agrees with its country's check digits."""
    from stdnum.eu import vat

    return None if vat.is_valid(value) else ""


@cache
def countries() -> frozenset[str]:
    """Names of countries in English and Russian (Unicode CLDR, by Babel)."""
    from babel import Locale

    return frozenset(
        name
        for language in ("en", "ru")
        for code, name in Locale(language).territories.items()
        if code.isalpha()
    )


@cache
def country_codes() -> dict[str, str]:
    """What telephone numbers of a country begin with, by its name in English or Russian or its ISO code."""
    from babel import Locale
    from phonenumbers import country_code_for_region

    codes = {}
    for language in ("en", "ru"):
        for region, name in Locale(language).territories.items():
            if code := country_code_for_region(region):
                codes[name.casefold()] = codes[region.casefold()] = str(code)
    return codes


# Industries as customer lists commonly name them.
INDUSTRIES = frozenset(
    """
    agriculture apparel automotive banking biotechnology chemicals communications construction consulting
    education electronics energy engineering entertainment finance government healthcare hospitality
    insurance logistics machinery manufacturing marketing media pharmaceuticals retail shipping software
    technology telecommunications tourism transportation utilities
    строительство образование медицина финансы страхование транспорт логистика торговля производство
    телекоммуникации энергетика недвижимость реклама консалтинг туризм технологии промышленность
    """.split()  # noqa: SIM905 - a list of strings would hide the words
)
