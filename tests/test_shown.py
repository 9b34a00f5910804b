"""Tables say their numbers as the language writes them, the numbers of a column alike."""

import pandas as pd
import pytest

from crmeval.report.shown import COUNT, MONEY, NUMBER, POINTS, SHARE, TEXT, columns, decoded, way_to_say
from crmeval.words import Words


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        ([0.5, 2.25], NUMBER, ["0,50", "2,25"]),
        ([0.5, 12.25], NUMBER, ["0,5", "12,2"]),
        ([3.0, 4.0], NUMBER, ["3", "4"]),
        ([1234.5, 2.0], MONEY, ["1\xa0234", "2"]),
        ([0.3264, -0.05], SHARE, ["32,6\xa0%", "−5,0\xa0%"]),
        ([1200, 3], COUNT, ["1\xa0200", "3"]),
    ],
)
def test_a_column_has_as_many_decimals_in_every_row(values, kind, said):
    say = way_to_say(pd.Series(values), kind, Words("ru"))
    assert [say(value) for value in values] == said


def test_words_are_not_numbers():
    assert way_to_say(pd.Series(["a"]), TEXT, Words("en")) is None


def test_codes_of_plans_and_scores_are_said_in_words():
    frame = pd.DataFrame({"measure": ["deals.win_rate"], "scenario": ["base"], "area": ["efficiency"]})
    said = decoded(frame, Words("ru")).iloc[0].to_list()
    assert said == ["Доля выигранных среди закрытых", "По плану", "Эффективность"]


def test_the_change_of_a_share_is_a_share_and_that_of_an_amount_is_none():
    of_shares = pd.DataFrame({"share": [0.1], "change": [-0.02]})
    of_amounts = pd.DataFrame({"mean_before": [10.0], "change": [-2.0], "relative": [-0.2]})
    kinds = [
        {column.name: column.kind for column in columns(frame, Words())} for frame in (of_shares, of_amounts)
    ]
    assert [kind["change"] for kind in kinds] == [SHARE, NUMBER]


@pytest.mark.parametrize(("language", "said"), [("en", "−1.69 pp"), ("ru", "−1,69\xa0п.\xa0п.")])
def test_a_difference_of_shares_is_in_percentage_points(language, said):
    assert Words(language).measure(-0.0169, "share_points") == said
    assert Words(language).number(-0.001) == "0"


def test_the_difference_of_two_shares_is_said_in_percentage_points():
    wins = pd.DataFrame({"group": ["a"], "within": [0.257], "difference": [-0.124], "low": [-0.186]})
    kinds = {column.name: column.kind for column in columns(wins, Words("en"))}
    assert (kinds["within"], kinds["difference"], kinds["low"]) == (SHARE, POINTS, POINTS)
    share = pd.DataFrame({"rate": [0.257], "low": [0.2], "high": [0.3]})
    assert {column.kind for column in columns(share, Words("en"))} == {SHARE}
