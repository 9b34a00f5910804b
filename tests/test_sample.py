"""The sample company is the same every time, and its files tell the story that was planted."""

import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from crmeval.analyses import costs, roi
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.sample import sample_files, sample_settings
from crmeval.words import LANGUAGES

SAMPLE = Path(__file__).parents[1] / "sample_data"
TRUTH = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
DAY = pd.Timedelta(days=1)
pytestmark = pytest.mark.parametrize("language", LANGUAGES)


def _words(language):
    return tomllib.loads((SAMPLE / "words" / f"{language}.toml").read_text(encoding="utf-8"))


def _csv(language, name):
    words = _words(language)
    data = dict(sample_files(language))
    if archive := words["files"].get("archive"):
        with zipfile.ZipFile(io.BytesIO(data[archive])) as opened:
            data = {member: opened.read(member) for member in opened.namelist()}
    frame = pd.read_csv(
        io.BytesIO(data[words["files"][name]]), sep=words["separator"], decimal=words["decimal"],
        encoding=words["encoding"], keep_default_na=False, na_values=[""], dtype={"INN": str, "ИНН": str},
    )  # fmt: skip
    frame = frame.rename(columns={header: field for field, header in words["headers"][name].items()})
    for column in frame.columns.intersection(["created_at", "closed_at", "entered_at"]):
        frame[column] = pd.to_datetime(frame[column], format=words["times"])
    return frame


def _sheet(language, book, name):
    words = _words(language)
    data = dict(sample_files(language))[words["files"][book]]
    top = 2 if name == "orders" and words["title"] else 0
    sheet = pd.read_excel(io.BytesIO(data), sheet_name=words["sheets"][name], header=top, engine="calamine")
    return sheet.rename(columns={header: field for field, header in words["headers"][name].items()})


def _orders(language):
    orders = _sheet(language, "company", "orders")
    total = orders.iloc[-1]
    orders = orders.iloc[:-1].assign(ordered_at=lambda o: pd.to_datetime(o["ordered_at"]))
    assert total["order_id"] == _words(language)["total"]
    assert total["amount"] == pytest.approx(orders["amount"].sum(), abs=0.01)
    return orders


def _is_wrong(language, contacts):
    """Found by the look of a cell alone: what no valid phone number, e-mail or tax number looks like."""
    phone = {"en": r"\+44 ?\d{3} ?496 ?0\d{3}", "ru": r"\+7( \(\d{3}\) \d{3}-\d\d-\d\d|\d{10})"}[language]
    second = r"[^@ ]+@[^@ ]+\.[^@ ]+" if language == "en" else r"\d{10}"
    fits = {"phone": phone, "second": second}
    wrong = pd.DataFrame(
        {
            name: ~contacts[name].str.fullmatch(pattern).fillna(False).astype(bool)
            for name, pattern in fits.items()
        }
    )
    if language == "ru":
        wrong["second"] |= ~contacts["second"].map(_inn_is_valid)
    else:
        wrong["second"] |= contacts["second"].isin(_words("en")["second_placeholders"])
    return wrong


def _inn_is_valid(inn):
    if not isinstance(inn, str) or not re.fullmatch(r"\d{10}", inn) or set(inn) == {"0"}:
        return False
    weighted = sum(w * int(d) for w, d in zip((2, 4, 10, 3, 5, 9, 4, 6, 8), inn[:9], strict=True))
    return weighted % 11 % 10 == int(inn[9])


def test_the_generator_makes_the_committed_files_byte_for_byte(language, tmp_path):
    if language == LANGUAGES[0]:  # one run writes both
        subprocess.run([sys.executable, SAMPLE / "make_sample.py", "--out", tmp_path], check=True)
        made = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(made) == 9
        for path in made:
            assert path.read_bytes() == (SAMPLE / path.relative_to(tmp_path)).read_bytes(), path.name


def test_the_files_are_small_and_the_settings_are_said(language):
    assert sum(len(content) for _, content in sample_files(language)) < 1_000_000
    assert not any(name.endswith(".toml") for name, _ in sample_files(language))
    settings = sample_settings(language)
    assert settings.currency == {"en": "GBP", "ru": "RUB"}[language]
    assert str(settings.go_live) == "2024-03-01"


def test_deals_are_won_lost_and_open_as_planted(language):
    words, deals = _words(language), _csv(language, "deals")
    won = deals[deals["stage"] == words["won"]]
    truth = TRUTH["deals"]
    assert len(deals) == truth["count"] == deals["deal_id"].nunique()
    assert len(won) == truth["won"]
    assert (deals["stage"] == words["lost"]).sum() == truth["lost"]
    assert won["amount"].sum() == pytest.approx(truth["revenue_won"] * words["money"])
    assert ((won["closed_at"] - won["created_at"]) / DAY).median() == pytest.approx(truth["cycle_won_median"])


def test_one_stage_blocks_and_became_worse(language):
    words, deals = _words(language), _csv(language, "deals")
    visits = _sheet(language, "history", "visits")
    won = deals.loc[deals["stage"] == words["won"], "deal_id"]
    visits = visits[visits["deal_id"].isin(won)].assign(days=lambda v: (v["left_at"] - v["entered_at"]) / DAY)
    share = visits.groupby("stage")["days"].sum() / visits["days"].sum()
    blocking = share.idxmax()
    assert blocking == words["stages"][TRUTH["deals"]["blocking_stage"]] == words["stages"][4]
    assert share.max() == pytest.approx(TRUTH["deals"]["blocking_share"], abs=1e-4)
    legal = visits[visits["stage"] == blocking]
    late = legal["entered_at"] >= "2024-04-01"
    assert legal.loc[~late, "days"].median() == pytest.approx(
        TRUTH["deals"]["blocking_median_before"], abs=1e-3
    )
    assert legal.loc[late, "days"].median() == pytest.approx(
        TRUTH["deals"]["blocking_median_after"], abs=1e-3
    )
    assert legal.loc[late, "days"].median() > 1.5 * legal.loc[~late, "days"].median()


def test_visits_to_stages_follow_each_other_without_gaps(language):
    visits = _sheet(language, "history", "visits").sort_values(["deal_id", "entered_at"], kind="stable")
    following = visits.groupby("deal_id")["entered_at"].shift(-1)
    assert len(visits) == TRUTH["deals"]["visits"]
    assert ((following - visits["left_at"]).dropna().abs() < pd.Timedelta(seconds=1)).all()
    assert visits["left_at"].isna().sum() == TRUTH["deals"]["open"]


def test_one_team_enters_two_fields_badly(language):
    words, contacts = _words(language), _csv(language, "contacts")
    team = contacts["entered_by"].map(lambda name: words["owners"].index(name) // 3)
    by_team = _is_wrong(language, contacts).groupby(team).sum()
    assert by_team["phone"].tolist() == TRUTH["records"]["phone_errors_by_team"]
    assert by_team["second"].tolist() == TRUTH["records"]["second_errors_by_team"]
    assert by_team.idxmax().tolist() == [1, 1]


def test_some_contacts_were_typed_in_twice(language):
    contacts = _csv(language, "contacts")
    assert len(contacts) == TRUTH["records"]["count"] == contacts["record_id"].nunique()
    same = contacts.assign(name=contacts["name"].str.lower()).duplicated(["name", "company", "city"])
    assert same.sum() == TRUTH["records"]["duplicates"]
    misspelt = contacts["industry"] == _words(language)["misspelt_industry"]
    assert misspelt.sum() == TRUTH["records"]["misspelt_industry"]


def test_errors_of_the_trained_fell_and_of_the_others_did_not(language):
    contacts, training = _csv(language, "contacts"), _sheet(language, "company", "training")
    wrong = _is_wrong(language, contacts).mean(axis=1)
    trained = contacts["entered_by"].isin(training["user"])
    after = contacts["entered_at"] >= training["trained_at"].iloc[0]
    truth = TRUTH["records"]
    for name, rows in (("trained", trained), ("others", ~trained)):
        assert wrong[rows & ~after].mean() == pytest.approx(truth[f"{name}_before"], abs=1e-5)
        assert wrong[rows & after].mean() == pytest.approx(truth[f"{name}_after"], abs=1e-5)
    assert truth["trained_after"] < 0.5 * truth["trained_before"]
    assert truth["others_after"] > 0.8 * truth["others_before"]


def test_more_customers_return_after_go_live(language):
    orders, truth = _orders(language), TRUTH["orders"]
    assert len(orders) == truth["count"]
    assert orders["customer_id"].isna().sum() == truth["guests"]
    assert (orders["amount"] < 0).sum() == truth["returns"]
    bought = orders[orders["customer_id"].notna() & (orders["amount"] > 0)]
    first = bought.groupby("customer_id")["ordered_at"].min()
    assert len(first) == truth["customers"]
    second = bought[bought["ordered_at"] > bought["customer_id"].map(first)]
    second = second.groupby("customer_id")["ordered_at"].min().reindex(first.index)
    again = (second - first) <= 90 * DAY
    seen = first.between(pd.Timestamp("2023-01-01") + 90 * DAY, orders["ordered_at"].max() - 90 * DAY)
    before = first < "2024-03-01"
    assert again[seen & before].mean() == pytest.approx(truth["repeat_before"], abs=1e-5)
    assert again[seen & ~before].mean() == pytest.approx(truth["repeat_after"], abs=1e-5)
    assert truth["repeat_after"] > truth["repeat_before"] + 0.1


def test_buyers_of_won_deals_are_in_the_orders(language):
    words, deals, orders = _words(language), _csv(language, "deals"), _orders(language)
    won = deals[deals["stage"] == words["won"]]
    known = set(orders["customer_id"].dropna())
    assert won["customer_id"].isin(known).mean() > 0.95  # but for the few whose only order lost its customer


def test_people_answer_as_planted(language):
    truth = TRUTH["people"]
    answers, forms = _sheet(language, "company", "feedback"), _sheet(language, "company", "usability")
    after = answers["answered_at"] >= "2024-03-01"
    nps = (answers["score"] >= 9).astype(int) * 100 - (answers["score"] <= 6).astype(int) * 100
    assert nps[~after].mean() == pytest.approx(truth["nps_before"], abs=1e-4)
    assert nps[after].mean() == pytest.approx(truth["nps_after"], abs=1e-4)
    items = forms[[f"Q{number}" for number in range(1, 11)]].to_numpy()
    sus = ((items[:, ::2] - 1).sum(axis=1) + (5 - items[:, 1::2]).sum(axis=1)) * 2.5
    assert sus.mean() == pytest.approx(truth["sus_mean"], abs=1e-4)
    usage = _sheet(language, "company", "usage")
    assert (usage["logins"] > 0).mean() == pytest.approx(truth["active_share"], abs=1e-5)


def test_low_ratings_of_the_second_half_speak_of_contracts(language):
    answers = _sheet(language, "company", "feedback").dropna(subset="text")
    late, low = answers["answered_at"] >= "2024-04-01", answers["score"] <= 6
    says = answers["text"].str.contains("contract|договор|юрист|legal", case=False, regex=True)
    assert says[late & low].mean() > 0.5
    assert says[~late & low].mean() == 0
    assert says[~low].mean() == 0


def test_it_pays_within_reason_and_in_every_scenario(language):
    sheets, settings, truth = read_files(sample_files(language)), sample_settings(language), TRUTH["costs"]
    tables = apply(sheets, propose(sheets))
    result = roi.of(costs.lines(tables, settings), settings, {})
    worth = {measure.id: measure.value for measure in result.measures}
    assert worth["roi.pv_costs"] == pytest.approx(truth["pv_costs"] * _words(language)["money"])
    assert worth["roi.pv_benefits"] == pytest.approx(truth["pv_benefits"] * _words(language)["money"])
    assert worth["roi.roi"] == pytest.approx(truth["roi"], abs=1e-6)
    assert 0.5 < worth["roi.roi"] < 2
    assert (
        12 <= worth["roi.payback_months"] <= 24
    )  # by hand: 30,100 once, then 2,435 a month after two of loss
    assert result.tables["benefit_lines"]["kind"].tolist() == ["reported", "reported"]
    assert len(result.tables["scenarios"]) == 3


def test_the_app_understands_every_sheet_by_itself(language):
    sheets = read_files(sample_files(language))
    mapping = propose(sheets)
    assert not any(sheet.missing for sheet in mapping.sheets)
    tables = apply(sheets, mapping)
    assert set(tables.names) == {
        "deals", "stage_events", "activities", "records", "verified", "orders", "feedback", "usability",
        "usage", "training", "costs", "kpis",
    }  # fmt: skip
    assert tables.set_aside["reason"].tolist() == ["total"]
    assert len(tables.problems) == 0
    assert tables.has("deals", "amount", "customer_id", "owner", "team", "source", "product")
    assert tables.has("activities", "deal_id", "customer_id", "minutes", "kind")
    assert tables.has("stage_events", "left_at")
    assert tables.has("feedback", "score", "text", "answered_at", "customer_id")
    deals, words = tables.frame(tables["deals"]), _words(language)
    for outcome in ("won", "lost", "open"):
        assert (deals["outcome"] == outcome).sum() == TRUTH["deals"][outcome]
    assert deals.loc[deals["outcome"] == "won", "amount"].sum() == pytest.approx(
        TRUTH["deals"]["revenue_won"] * words["money"]
    )
    orders = tables.frame(tables["orders"])
    assert orders["amount"].sum() == pytest.approx(TRUTH["orders"]["revenue"] * words["money"])
