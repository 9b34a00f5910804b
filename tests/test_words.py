"""Both languages say everything, with the same facts, in their own plural forms."""

import re
import string
from collections import Counter
from datetime import date

import pytest
from babel import Locale

from crmeval.words import LANGUAGES, Words, catalogue, files_of, text

PROPER_NAMES = ("sources.", "fields.usability.")


def facts_of(sentence):
    forms = sentence.values() if isinstance(sentence, dict) else [sentence]
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_sentence(language):
    every_key = {key for spoken in LANGUAGES for key in catalogue(spoken)}
    assert every_key - set(catalogue(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_stands_in_one_file(language):
    stands = Counter(key for file in files_of(language).values() for key in file)
    assert [key for key, times in stands.items() if times > 1] == []


def test_languages_tell_the_same_facts():
    differ = {
        key: (facts_of(said), facts_of(catalogue("ru")[key]))
        for key, said in catalogue("en").items()
        if facts_of(said) - {"n"} != facts_of(catalogue("ru")[key]) - {"n"}
    }
    assert differ == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_the_forms_of_its_language(language):
    forms = set(Locale(language).plural_form.tags) | {"other"}
    lacking = {
        key: forms - set(said) for key, said in catalogue(language).items()
        if isinstance(said, dict) and forms - set(said)
    }  # fmt: skip
    assert lacking == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_padded(language):
    forms = [form for said in catalogue(language).values()
             for form in (said.values() if isinstance(said, dict) else [said])]  # fmt: skip
    assert [form for form in forms if not form.strip() or form != form.strip()] == []


def test_russian_is_not_english():
    """Beside formulas, names and signs, nothing may be left untranslated."""
    same = [
        key for key, said in catalogue("en").items()
        if isinstance(said, str) and said == catalogue("ru")[key] and not key.startswith(PROPER_NAMES)
        and re.search(r"[^\W\d_]{3}", re.sub(r"\{[^}]*\}", "", said))
    ]  # fmt: skip
    assert same == []


@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 день"), (3, "3 дня"), (11, "11 дней"), (21, "21 день"), (1.5, "1,5 дня")]
)
def test_russian_days(n, said):
    assert Words("ru").days(n) == said


@pytest.mark.parametrize(("hours", "said"), [(266.97, "267 часов"), (82.94, "82,9 часа"), (1.001, "1 час")])
def test_a_unit_agrees_with_the_number_that_is_read(hours, said):
    assert Words("ru").measure(hours, "hours") == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_ends_in_a_date_ends_in_one_full_stop(language):
    said = Words(language)("usability.note_dates", first=date(2024, 2, 1), last=date(2024, 2, 3))
    assert re.search(r"[^.]\.$", said)


def test_numbers_in_both_languages():
    assert Words("en").count(1234567) == "1,234,567"
    assert Words("ru").count(1234567) == "1\xa0234\xa0567"
    assert Words("en").percent(0.6315, 2) == "63.15%"
    assert Words("ru", "RUB").money(1234567.5) == "1\xa0234\xa0568\xa0₽"
    assert Words("en").date(date(2024, 2, 1)) == "Feb 1, 2024"


@pytest.mark.parametrize(
    ("amount", "said"),
    [(892.8, "£890"), (36_600.5, "£37,000"), (1_234_567, "£1,200,000"),
     (-4_449, "−£4,400"), (7.07, "£7.1"), (0, "£0")],
)  # fmt: skip
def test_an_estimate_is_said_to_two_digits(amount, said):
    assert Words("en", "GBP").about(amount) == said


def test_a_text_inside_a_text_is_said_too():
    inner = text("units.days")
    assert Words("en")("app.interval", low=inner, high="x") == "95% interval days\xa0–\u2060\xa0x"


def test_an_unknown_sentence_is_a_bug():
    with pytest.raises(KeyError):
        Words("en")("no.such.key")


def test_a_country_is_said_by_its_name():
    assert Words("ru").country("RU") == "Россия"
    assert Words("en").country("DE-BY") == "Germany (BY)"
    assert Words("en").country("ZZZ") == "ZZZ"
