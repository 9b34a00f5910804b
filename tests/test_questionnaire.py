"""Questionnaires handed out and brought back, answers in words, statements known by their words."""

import io

import openpyxl
import pytest

from crmeval.analyses.usability import ANALYSIS
from crmeval.mapping import apply, propose
from crmeval.mapping.likert import level, numbers_of
from crmeval.mapping.statements import recognise, statements
from crmeval.reading import read_files
from crmeval.report.questionnaire import SCALES, questionnaire
from crmeval.settings import Settings
from crmeval.words import LANGUAGES, Words

BROOKE = [5, 4, 2, 1, 2, 3, 2, 4, 5, 2]  # scores 55 (Brooke 1996)
EASY = [int(one) for one in "4152514231"]  # scores 85
FIVE = {
    "en": ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"],
    "ru": ["Полностью не согласен", "Скорее не согласен", "Затрудняюсь ответить", "Скорее согласна",
           "Полностью согласен"],
}  # fmt: skip
SEVEN = {
    "en": ["Strongly disagree", "Disagree", "Somewhat disagree", "Neutral", "Somewhat agree", "Agree",
           "Strongly agree"],
    "ru": ["Совершенно не согласен", "Не согласен", "Скорее не согласен", "Нейтрально", "Скорее согласен",
           "Согласен", "Полностью согласен"],
}  # fmt: skip
OTHER_WORDS = [  # another translation of the ten statements, the third and the eighth changed over
    "Я думаю, что хотел бы часто пользоваться нашей CRM", "Я нахожу CRM излишне сложной",
    "CRM показалась мне очень громоздкой",
    "Думаю, мне понадобится помощь технического специалиста, чтобы пользоваться CRM",
    "Я считаю, что различные функции CRM хорошо связаны",
    "Мне показалось, что в CRM слишком много противоречий",
    "Думаю, большинство людей быстро научатся пользоваться CRM", "Мне показалось, что CRM легко пользоваться",
    "Я чувствовал себя уверенно, пользуясь CRM",
    "Мне пришлось многому научиться, прежде чем начать работать с CRM",
]  # fmt: skip


def csv(headers, *rows):
    lines = [headers, *rows]
    return "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines).encode()


def score(name, content):
    sheets = read_files([(name, content)])
    proposal = propose(sheets)
    used = [sheet for sheet in proposal.sheets if sheet.used]
    assert [sheet.table for sheet in used] == ["usability"]
    return ANALYSIS.run(apply(sheets, proposal), Settings(), {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", SCALES)
def test_a_form_handed_out_and_filled_in_is_understood(language, form):
    book = openpyxl.load_workbook(io.BytesIO(questionnaire(form, Words(language))))
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    rows = [BROOKE, EASY, EASY] if form == "sus" else [(7, 7), (6, 5), (4, 4)]
    first = sheet.max_column - len(rows[0])
    for row, answers in enumerate(rows, 2):
        sheet.cell(row, 1).value = f"P{row}"
        for place, answer in enumerate(answers, first + 1):
            sheet.cell(row, place).value = answer
    out = io.BytesIO()
    book.save(out)
    result = score("answers.xlsx", out.getvalue())
    if form == "sus":
        assert result["usability.sus_mean"].value == pytest.approx((55 + 85 + 85) / 3)
    else:
        assert result["usability.umux_lite_mean"].value == pytest.approx((100 + 75 + 50) / 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_in_words_score_as_their_numbers(language):
    rows = [[FIVE[language][answer - 1] for answer in form] for form in (BROOKE, EASY)]
    result = score("poll.csv", csv(statements("sus", language), *rows))
    assert result["usability.sus_mean"].value == 70
    seven = [[SEVEN[language][answer - 1] for answer in form] for form in ((7, 6), (5, 3), (1, 2), (4, 4))]
    umux = score("poll.csv", csv(statements("umux_lite", language), *seven))
    assert umux["usability.umux_lite_mean"].value == pytest.approx((11 + 6 + 1 + 6) / 12 / 4 * 100)


def test_numbers_before_words_are_the_answer():
    assert numbers_of(["5 – Strongly agree", "1 (совсем нет)", "3"]) == {
        "5 – Strongly agree": 5, "1 (совсем нет)": 1, "3": 3,
    }  # fmt: skip
    assert numbers_of(["10 deals", "5"]) == {}
    assert numbers_of(["Agree", "Won"]) == {}
    assert level("Ни согласен, ни не согласен") == 0


def test_statements_in_another_order_or_other_words_are_known():
    english = statements("sus", "en")
    turned = recognise([one.replace("this system", "our CRM") for one in english[::-1]])
    assert [english.index(turned[f"q{n}"].replace("our CRM", "this system")) for n in range(1, 11)] == [
        *range(10)
    ]
    found = recognise(OTHER_WORDS)
    assert [OTHER_WORDS.index(found[f"q{n}"]) + 1 for n in range(1, 11)] == [1, 2, 8, 4, 5, 6, 7, 3, 9, 10]
    assert recognise(["How satisfied are you with us overall?", "Would you buy again from us?"]) == {}


def test_reversed_statements_are_turned_round_wherever_they_stand():
    order = [9, 3, 1, 7, 5, 0, 2, 4, 6, 8]
    headers = [statements("sus", "ru")[place] for place in order]
    rows = [[form[place] for place in order] for form in (BROOKE, EASY)]
    assert score("poll.csv", csv(headers, *rows))["usability.sus_mean"].value == 70
