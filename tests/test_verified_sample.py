"""A verified sample: how large, which records, the sheet that comes back, and what it says in truth."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.analyses import accuracy, sample_plan
from crmeval.analyses.sample_plan import Plan, drawn, expected, subjects
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.report.check_sheet import VERDICTS, check_sheet
from crmeval.settings import Settings
from crmeval.stats import sampling
from crmeval.stats.agreement import kappa
from crmeval.stats.clustered import clustered_share
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

CLUSTERED = [(0.10, 0.50), (0.05, 0.90), (0.30, 0.15)]  # share of bad records, share of wrong cells in them


@pytest.mark.parametrize(("bad", "inside"), CLUSTERED)
def test_intervals_hold_the_truth_as_often_as_they_say_though_errors_cluster(bad, inside):
    draw = np.random.default_rng(11)
    truth, hits, naive, runs = bad * inside, 0, 0, 1500
    for _ in range(runs):
        wrong = (draw.random(100) < bad) * draw.binomial(15, inside, 100)
        found = clustered_share(np.full(100, 15), wrong)
        hits += found.low <= truth <= found.high
        low, high = wilson(wrong.sum(), 1500)
        naive += low <= truth <= high
    assert 0.93 <= hits / runs <= 0.97
    assert naive / runs < 0.85  # as if every cell stood alone


def test_intervals_of_groups_drawn_at_different_rates_hold_the_truth():
    """A small bad group drawn as often as a large good one: unweighted, the share would be far too high."""
    draw = np.random.default_rng(5)
    sizes, rates, each, runs = (300, 2700), (0.3, 0.05), 60, 600
    bags = [draw.random((size, 8)) < rate * draw.beta(0.5, 0.5, (size, 1)) * 2
            for size, rate in zip(sizes, rates, strict=True)]  # fmt: skip
    truth = sum(bag.sum() for bag in bags) / (sum(sizes) * 8)
    hits = plain = 0
    for _ in range(runs):
        wrong = [bag[draw.choice(len(bag), each, replace=False)].sum(axis=1) for bag in bags]
        strata = np.repeat([0, 1], each)
        weights = np.repeat([size / each for size in sizes], each)
        cells = np.full(2 * each, 8)
        found = clustered_share(cells, np.concatenate(wrong), strata=strata, weights=weights)
        unweighted = clustered_share(cells, np.concatenate(wrong))
        hits += found.low <= truth <= found.high
        plain += unweighted.low <= truth <= unweighted.high
    assert 0.93 <= hits / runs <= 0.98
    assert plain / runs < 0.2


def test_everything_verified_leaves_nothing_to_chance():
    found = clustered_share([4, 4, 4], [0, 1, 2], weights=[1, 1, 1])
    assert (found.share, found.low, found.high) == (0.25, 0.25, 0.25)


def test_kappa_as_published():
    """Fleiss, Levin & Paik (2003, table 18.1): κ = 0.68, standard error 0.087."""
    found = kappa([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(0.087, abs=0.001)
    assert (found.alike, found.n) == (pytest.approx(0.89), 100)
    assert kappa([[20, 5], [10, 15]]).kappa == pytest.approx(0.4)


def test_kappa_of_one_verdict_says_nothing():
    assert kappa([[5, 0], [0, 0]]).kappa is None


def test_a_plan_keeps_what_it_promises():
    """The margin that so many records should give is what samples of that size do give, in the middle."""
    draw = np.random.default_rng(3)
    bad, inside, cells = 0.2, 0.3, 10
    share = bad * inside
    alike = (bad * inside**2 - share**2) / (share * (1 - share))
    wanted = sampling.Expected(share, cells, alike, 100_000)
    widths = []
    for _ in range(400):
        wrong = (draw.random(200) < bad) * draw.binomial(cells, inside, 200)
        found = clustered_share(np.full(200, cells), wrong)
        widths.append((found.high - found.low) / 2)
    assert sampling.margin(200, wanted) == pytest.approx(float(np.median(widths)), rel=0.08)


def test_more_records_or_fewer_there_are_make_the_margin_smaller():
    wanted = sampling.Expected(0.05, 12, 0.3, 5000)
    margins = [sampling.margin(n, wanted) for n in (30, 60, 120, 240, 4999, 5000)]
    assert margins == sorted(margins, reverse=True)
    assert margins[-1] == 0
    few = sampling.Expected(0.05, 12, 0.3, 200)
    assert sampling.margin(120, few) < sampling.margin(120, wanted)
    need = sampling.records_for(0.02, wanted)
    assert sampling.margin(need, wanted) <= 0.02 < sampling.margin(need - 1, wanted)
    assert sampling.records_for(0.5, wanted) == sampling.FEWEST


@given(st.lists(st.integers(0, 60), min_size=1, max_size=9), st.integers(0, 150), st.booleans())
def test_no_group_gives_more_than_it_has_and_each_gives_two(sizes, records, equal):
    held = np.array(sizes)
    found = sampling.allocate(held, records, equal=equal)
    least = np.minimum(2, held)
    assert ((found >= least) & (found <= held)).all()
    assert found.sum() == min(max(records, least.sum()), held.sum())


def test_shares_by_hand():
    assert sampling.allocate([100, 200, 700], 50).tolist() == [5, 10, 35]
    assert sampling.allocate([100, 200, 700], 51, equal=True).tolist() == [17, 17, 17]
    assert sampling.weighting([100, 200, 700], [5, 10, 35]) == pytest.approx(1)
    assert sampling.weighting([300, 700], [50, 50]) == pytest.approx(100 * (0.09 / 50 + 0.49 / 50))


def test_every_record_of_a_group_is_as_likely_to_be_drawn():
    groups = np.array([0, 1] * 10)
    counts = np.zeros(20)
    for seed in range(2000):
        counts[sampling.draw(groups, [2, 5], seed)] += 1
    assert counts.sum() == 2000 * 7
    assert np.abs(counts[::2] / 2000 - 0.2).max() < 0.05
    assert np.abs(counts[1::2] / 2000 - 0.5).max() < 0.05
    assert sampling.draw(groups, [2, 5], 1).tolist() == sampling.draw(groups, [2, 5], 1).tolist()


PEOPLE, EACH = ("Ann", "Bob", "Cyd"), 60


def company():
    """180 records; in truth the telephone of each third record of Ann is another one."""
    rows = [
        {
            "record_id": f"R{number:04d}", "entered_by": person, "source": "web",
            "entered_at": pd.Timestamp(2025, 1 + number % 12, 5),
            "x1": f"Name {person} {number}", "x2": f"+7 495 12{number:03d}0{place}", "x3": "=1+1",
        }
        for place, person in enumerate(PEOPLE) for number in range(place * EACH, (place + 1) * EACH)
    ]  # fmt: skip
    labels = {"records": {"x1": "Name", "x2": "Phone", "x3": "Remark"}}
    return Tables.from_frames(labels=labels, records=pd.DataFrame(rows))


def filled(content, words, judge, second=None):
    """The workbook as two people would fill it in."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    yes, no, unknown = (words(f"check_sheet.{one}") for one in VERDICTS)
    for sheet, told in zip(book.worksheets, (judge, second), strict=False):
        heads = {cell.value: cell.column for cell in sheet[1]}
        names = ("record_id", "field", "verdict", "actual", "checked_by")
        places = {name: heads.get(words(f"fields.verified.{name}")) for name in names}
        if None in places.values() or told is None:
            continue
        for row in range(2, sheet.max_row + 1):
            record, field = (sheet.cell(row, places[name]).value for name in ("record_id", "field"))
            said = told(record, field)
            if said is not None:
                sheet.cell(row, places["verdict"]).value = {True: yes, False: no, "": unknown}[said]
                sheet.cell(row, places["checked_by"]).value = sheet.title
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def back(tables, content):
    """The company with the sheet that came back, mapped without anybody's help."""
    sheets = read_files([("check.xlsx", content)])
    proposal = propose(sheets)
    found = apply(sheets, proposal)
    kept = {name: tables.arrow(name) for name in tables.names}
    labels = {name: dict(tables.labels(name)) for name in tables.names}
    united = Tables(
        {**kept, "verified": found.arrow("verified")}, labels=labels | {"verified": found.labels("verified")},
        imports=found.imports,
    )  # fmt: skip
    return united, proposal


def plan(**changes):
    return Plan(**({"table": "records", "columns": ("x1", "x2"), "records": 60, "by": "person"} | changes))


def wrong_phone(record, field):
    return not (field == "Phone" and int(record[1:]) < EACH and int(record[1:]) % 3 == 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_comes_back_understood_and_says_the_truth(language):
    words, tables = Words(language), company()
    sample = drawn(tables, plan(twice=20))
    assert sample.groups["records"].tolist() == [20, 20, 20]
    united, proposal = back(tables, filled(check_sheet(sample, words), words, wrong_phone, wrong_phone))
    used = {sheet.sheet: sheet.table for sheet in proposal.sheets}
    assert sorted(used.values()) == ["", "verified", "verified"]
    assert not [missing for sheet in proposal.sheets for missing in sheet.missing]
    result = accuracy.ANALYSIS.run(united, Settings(), {})
    asked = sample.cells[["record_id", "field"]].drop_duplicates()
    wrong = sum(not wrong_phone(*cell) for cell in asked.itertuples(index=False))
    rate = result["accuracy.verified_rate"]
    assert (result["accuracy.cells"].value, result["accuracy.wrong_cells"].value) == (120, wrong)
    assert rate.value == pytest.approx(1 - wrong / 120)
    assert rate.low < rate.value < rate.high
    people = result.tables["truth_by_person"].set_index("person")
    assert people.loc["Ann", "wrong"] == wrong
    assert people.loc["Bob", "wrong"] == 0
    fields = result.tables["truth_by_field"].set_index("field")
    assert fields.loc["Phone", "wrong"] == wrong
    assert fields.loc["Name", "cells"] == 60
    assert result["accuracy.kappa"].value == 1


def test_what_was_not_filled_in_is_left_out_and_its_group_is_still_weighed_whole():
    """Half of Ann's records are not reached: those reached stand for the others."""
    words, tables = Words("en"), company()
    sample = drawn(tables, plan(equal=True, records=30))
    anns = [r for r in sample.cells["record_id"].drop_duplicates() if int(r[1:]) < EACH]
    missed = set(anns[: len(anns) // 2])

    def judge(record, field):
        if record in missed:
            return None if field == "Name" else ""
        return not (field == "Phone" and int(record[1:]) < EACH)

    united, _ = back(tables, filled(check_sheet(sample, words), words, judge))
    result = accuracy.ANALYSIS.run(united, Settings(), {})
    assert result["accuracy.cells"].value == 60 - 2 * len(missed)
    assert 1 - result["accuracy.rate"].value == pytest.approx(1 / 6)  # half of a third of the cells
    note = next(note for note in result.notes if note.key == "accuracy.notes.not_checked")
    assert note.facts["n"] == 2 * len(missed)


def test_what_the_checks_see_and_where_they_cry_wolf():
    """Of three wrong cells they see the empty one; a placeholder that is a true name is a false alarm."""
    rows = [{"record_id": str(n), "x1": f"Name {n}", "x2": f"a{n}@firm.com"} for n in range(40)]
    rows[0]["x2"], rows[1]["x1"] = None, "test"
    tables = Tables.from_frames(
        records=pd.DataFrame(rows), labels={"records": {"x1": "Name", "x2": "Mail"}},
        verified=pd.DataFrame(
            [("0", "Mail", None, "no"), ("1", "Name", "test", "yes"), ("2", "Mail", "a2@firm.com", "no"),
             ("3", "Mail", "a3@firm.com", "no"), ("4", "Mail", "a4@firm.com", "yes")],
            columns=["record_id", "field", "entered", "verdict"],
        ),
    )  # fmt: skip
    result = accuracy.ANALYSIS.run(tables, Settings(), {})
    see, false = result["accuracy.checks_see"], result["accuracy.false_alarms"]
    assert (see.value, see.n) == (pytest.approx(1 / 3), 3)
    assert (false.value, false.n) == (0.5, 2)


def test_two_checkers_who_differ_are_named_and_the_first_counts():
    cells = [(str(n), "Name", f"n{n}", "yes" if n % 2 else "no", "Ann") for n in range(10)]
    again = [(r, f, e, "yes" if r == "0" else v, "Bob") for r, f, e, v, _ in cells]
    tables = Tables.from_frames(
        verified=pd.DataFrame(
            cells + again, columns=["record_id", "field", "entered", "verdict", "checked_by"]
        )
    )
    result = accuracy.ANALYSIS.run(tables, Settings(), {})
    assert result["accuracy.wrong_cells"].value == 5
    assert result["accuracy.kappa"].value == pytest.approx((0.9 - 0.5) / 0.5)
    assert result.tables["disputed"]["record_id"].tolist() == ["0"]


def test_the_sheet_locks_what_was_drawn_and_executes_nothing():
    content = check_sheet(drawn(company(), plan(columns=("x1", "x3"))), Words("en"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    heads = [cell.value for cell in sheet[1]]
    locked = {heads[cell.column - 1] for row in sheet.iter_rows(min_row=2) for cell in row
              if cell.protection.locked}  # fmt: skip
    free = {Words("en")(f"fields.verified.{n}") for n in ("verdict", "actual", "checked_by", "checked_at")}
    assert locked == set(heads) - free
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not [c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")]


def test_the_same_seed_draws_the_same_and_another_others():
    tables = company()
    one, same, other = (drawn(tables, plan(seed=seed)).cells for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, same)
    assert set(one["record_id"]) != set(other["record_id"])


def test_what_is_expected_comes_from_the_checks_or_an_earlier_sample():
    tables = company()
    said = accuracy.ANALYSIS.run(tables, Settings(), {})
    found = expected(said, 2, 180)
    assert found.share == max(said["accuracy.flagged_rate"].value, 0.01)
    assert 0 <= found.likeness <= 1
    subject = subjects(tables)[0]
    assert sample_plan.groupings(tables, subject) == ("person", "source", "quarter")
    quarters = sample_plan.groups_of(tables, subject, "quarter")["stratum"]
    assert quarters.value_counts().to_dict() == dict.fromkeys([f"2025 Q{q}" for q in range(1, 5)], 45)
