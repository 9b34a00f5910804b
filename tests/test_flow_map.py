"""The map of moves: the order of stages, what goes back, what is drawn, and that names never collide."""

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses.flow_map import MOST_STAGES, drawn, order, run
from crmeval.charts.flow_map import CHARTS, MEDIAN, SHARE
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

LONG = (
    "Первичный контакт с клиентом", "Квалификация потребности и бюджета", "Выезд инженера на объект",
    "Коммерческое предложение отправлено", "Согласование договора с юристами", "Техническое задание",
    "Переговоры о цене", "Проверка службой безопасности", "Согласование у руководителя",
    "Подписание договора", "Выставление счёта", "Ожидание оплаты", "Отгрузка", "Успешно реализовано",
    "Закрыто и не реализовано",
)  # fmt: skip


def log(*ways, times=1, **more):
    """Events of deals that take these ways, a day a step."""
    rows = [
        (f"{way} {copy}", stage, pd.Timestamp("2024-01-01") + pd.Timedelta(days=step))
        for copy in range(times) for way, stages in enumerate(ways)
        for step, stage in enumerate(stages)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])
    return Tables.from_frames(stage_events=frame, **more)


def the_map(*ways):
    return run(log(*ways), Settings(), {})


def test_stages_stand_in_the_order_deals_go_and_ends_stand_last():
    found = the_map([*"ABC", "Won"], [*"ABC", "Lost"], ["A", "Lost"], [*"ABABC", "Won"])
    assert list(found.tables["map_nodes"]["stage"]) == ["A", "B", "C", "Won", "Lost"]
    edges = found.tables["map_edges"].set_index(["from", "to"])
    assert edges.loc[("A", "B"), "n"] == 4
    assert list(edges.index[edges["backward"]]) == [("B", "A")]
    assert found.answer.facts["back"] == pytest.approx(1 / 12)


def test_recorded_positions_go_before_what_deals_do():
    edges = pd.DataFrame({"from": ["B"], "to": ["A"], "n": [9]})
    assert order(["A", "B"], edges, {}) == {"B": 0, "A": 1}
    assert order(["A", "B"], edges, {"A": 1.0, "B": 2.0}) == {"A": 0, "B": 1}
    assert order(["A", "B"], edges, {"A": 1.0}) == {"B": 0, "A": 1}  # half an order is none


def test_the_slider_keeps_the_most_frequent_moves_and_says_what_it_hides():
    whole = the_map(*[["A", "B"]] * 8, ["A", "C"], ["C", "A"])
    half = drawn(whole, 0.5)
    assert list(zip(half.tables["map_edges"]["from"], half.tables["map_edges"]["to"], strict=True)) == [
        ("A", "B")
    ]
    assert half.notes[-1].facts["n"] == 2
    assert len(drawn(whole, 1.0).tables["map_edges"]) == 3


def test_the_stages_with_fewest_deals_are_left_out_and_said():
    many = [[f"S{n:02}" for n in range(MOST_STAGES)]] * 3 + [["S00", "rare"]]
    found = the_map(*many)
    assert "rare" not in set(found.tables["map_nodes"]["stage"])
    assert [note.key for note in found.notes] == ["flow_map.some_stages", "sources.history"]


@pytest.mark.parametrize("ways", [[["A"]], [["A", "A"]]])
def test_without_moves_there_is_no_map(ways):
    found = the_map(*ways)
    assert "map_nodes" not in found.tables
    assert SHARE.draw(found, Words("en")) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [3, 7, 15])
def test_names_of_any_length_are_data_and_do_not_collide(language, n):
    names = [*LONG[: n - 2], *LONG[-2:]]
    found = the_map(names[:-1], [names[0], names[-1]], [names[1], names[0], names[1], names[-2]])
    for chart in (SHARE, MEDIAN, *CHARTS):
        spec = chart.draw(found, Words(language)).to_dict()
        assert LONG[0] not in str({key: value for key, value in spec.items() if key != "datasets"})
        text = next(
            layer
            for layer in spec["layer"]
            if layer.get("encoding", {}).get("y", {}).get("field") == "name_y"
        )
        rows = spec["datasets"][text["data"]["name"]]
        if "angle" not in text["mark"]:  # broken into lines: each must fit into the room of its stage
            longest = max(len(line) for row in rows for line in row["label"].split("\n"))
            assert longest * 7 <= 780 / n
        else:
            assert n > 3


def test_what_a_click_picks_is_a_stage_or_a_move():
    spec = SHARE.draw(the_map(["A", "B", "A", "B"]), Words("en")).to_dict()
    rows = [row for data in spec["datasets"].values() for row in data if "from" in row]
    assert {(row["from"], row["to"]) for row in rows} == {("A", "B"), ("B", "A"), ("A", ""), ("B", "")}
    assert np.isfinite([row["y"] for row in rows if "y" in row]).all()
