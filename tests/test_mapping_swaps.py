"""Day and month that changed places in a file: noticed, not in honest files, put right if the user agrees."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, notes, rows, sheet

from crmeval.mapping import MappingProposal, apply, propose, swaps
from crmeval.mapping.dates import DMY, MDY
from crmeval.mapping.readings import Calendar, questions, suspicions
from crmeval.mapping.revise import with_swap
from crmeval.mapping.swaps import ALL, OUT_OF_LINE, TYPED, crossed, exchanged
from crmeval.reading import read_files

TODAY = date(2026, 1, 1)
RANDOM = np.random.default_rng(5)
DAYS = st.dates(date(2015, 1, 1), date(2025, 12, 31))


def american(day):
    """What Excel with American settings makes of a day-first date: a date where it can, else a text."""
    return str(date(day.year, day.day, day.month)) if day.day <= 12 else day.strftime("%d.%m.%Y")


def turned(day):
    """The same where a program wrote all dates alike afterwards."""
    return str(date(day.year, day.day, day.month)) if day.day <= 12 else str(day)


def days(n, first=date(2024, 1, 1), span=200, *, in_order=False):
    """Random days of a span."""
    offsets = RANDOM.integers(0, span, n)
    return [first + timedelta(int(offset)) for offset in (sorted(offsets) if in_order else offsets)]


def deals(created, closed=None, file="deals.csv"):
    ends = [f"|{one}" for one in closed] if closed else [""] * len(created)
    head = "Deal ID|Created" + ("|Closed" if closed else "")
    return sheet(head, *(f"{n}|{one}{end}" for n, (one, end) in enumerate(zip(created, ends, strict=True))),
                 file=file)  # fmt: skip


def found(*sheets):
    """Header → (sign, which) of all suspicions in a proposal."""
    calendar = Calendar(sheets, propose(sheets))
    return {header: (doubt.sign, doubt.which) for (_, header), doubt in suspicions(calendar).items()}


@RELAXED
@given(st.lists(DAYS, min_size=1, max_size=50))
def test_exchanging_twice_is_nothing_and_changes_only_what_can_change(listed):
    values = np.array(listed, "M8[D]").astype("M8[us]") + np.timedelta64(3661, "s")
    assert (exchanged(exchanged(values)) == values).all()
    for before, after in zip(values.tolist(), exchanged(values).tolist(), strict=True):
        swap = before.day <= 12
        assert (after.month, after.day) == (
            (before.day, before.month) if swap else (before.month, before.day)
        )
        assert after.time() == before.time()


def test_dates_damaged_by_excel_are_seen_and_put_right_only_on_the_users_word():
    true = days(60)
    one = deals([american(day) for day in true])
    assert found(one) == {"Created": ("typed_and_texts", TYPED)}
    mapping = propose([one]).sheets[0]
    stood = [str(at)[:10] for (at,) in rows(apply([one], MappingProposal((mapping,))), "deals", "created_at")]
    assert stood != [str(day) for day in true]
    right = apply([one], MappingProposal((with_swap(mapping, "Created", TYPED),)))
    assert [at.date() for (at,) in rows(right, "deals", "created_at")] == true
    changed = sum(day.day <= 12 and day.day != day.month for day in true)
    assert notes(right)["swapped_back"] == {"column": "Created", "n": changed}
    assert "date_signs.typed_and_texts" in notes(apply([one], MappingProposal((mapping,))))


def test_a_part_of_a_file_in_order_that_was_turned_is_found_row_by_row():
    true = days(300, in_order=True, span=365)
    written = [turned(day) if 100 <= place < 200 else str(day) for place, day in enumerate(true)]
    one = deals(written)
    assert found(one) == {"Created": ("line", OUT_OF_LINE)}
    mapping = with_swap(propose([one]).sheets[0], "Created", OUT_OF_LINE)
    right = [at.date() for (at,) in rows(apply([one], MappingProposal((mapping,))), "deals", "created_at")]
    wrong_before = sum(a != str(b) for a, b in zip(written, true, strict=True))
    assert wrong_before > 30
    assert sum(a != b for a, b in zip(right, true, strict=True)) <= 0.1 * wrong_before


def test_dates_in_months_where_no_later_day_falls_are_seen():
    true = days(200, span=120)
    one = deals([turned(day) for day in true])
    assert found(one) == {"Created": ("elsewhere", ALL)}
    mapping = with_swap(propose([one]).sheets[0], "Created", ALL)
    assert [
        at.date() for (at,) in rows(apply([one], MappingProposal((mapping,))), "deals", "created_at")
    ] == true


def test_every_date_on_one_day_of_the_month_is_said_but_months_are_not():
    same_day = [f"2024-{month:02}-05" for month in range(1, 13)]
    assert found(deals(same_day)) == {"Created": ("one_day", ALL)}
    assert found(deals([f"2024-{month:02}-01" for month in range(1, 13)])) == {}


def test_ends_before_their_beginnings_lead_to_the_column_that_was_turned():
    created = days(400, date(2023, 1, 1), 730)
    closed = [
        day + timedelta(int(more)) for day, more in zip(created, RANDOM.integers(1, 40, 400), strict=True)
    ]
    assert found(deals(created, [turned(day) for day in closed])) == {"Closed": ("order", ALL)}
    both = found(deals([turned(day) for day in created], [turned(day) for day in closed]))
    assert both == {"Created": ("order", ALL), "Closed": ("order", ALL)}


@RELAXED
@given(st.integers(0, 2**32), st.sampled_from([30, 100, 400]), st.sampled_from([15, 90, 365, 1500]),
       st.booleans(), st.sampled_from([0.0, 0.02, 0.5]))  # fmt: skip
def test_honest_columns_raise_no_alarm(seed, n, span, in_order, late):
    random = np.random.default_rng(seed)
    offsets = random.integers(0, span, n)
    created = np.array(sorted(offsets) if in_order else offsets)
    some = random.random(n) < late  # backdated, or simply entered wrongly
    created = np.where(some, random.integers(0, span, n), created)
    closed = created + random.integers(-1, 60, n)
    written = [
        [str(date(2023, 3, 7) + timedelta(int(day))) for day in column] for column in (created, closed)
    ]
    assert found(deals(*written)) == {}


def test_the_real_files_raise_no_alarm(trial_data):
    for folder, names in {
        "maven_crm": ["sales_pipeline.csv"], "salesforce_history": ["input_01.csv", "input_02.csv"],
        "olist_funnel": ["olist_closed_deals_dataset.csv", "olist_marketing_qualified_leads_dataset.csv"],
        "cdnow": ["CDNOW_sample.txt"],
    }.items():  # fmt: skip
        sheets = read_files([(name, (trial_data / folder / name).read_bytes()) for name in names])
        assert found(*sheets) == {}, folder


@pytest.fixture
def olist(trial_data):
    folder = trial_data / "olist_funnel"
    return read_files([(path.name, path.read_bytes()) for path in sorted(folder.glob("*.csv"))])


def test_olist_read_month_first_wins_before_the_first_contact_as_published(olist):
    """Measured elsewhere: the day-first file read month first gives 211 wins before the first contact."""
    proposal = propose(olist)
    asked = MappingProposal(tuple(
        replace(one, unclear=("won_date",) if "won_date" in one.date_formats else ("first_contact_date",))
        for one in proposal.sheets
    ))  # fmt: skip
    calendar = Calendar(olist, asked)
    (question,) = questions(calendar, TODAY)  # one for both files: they are joined
    day, month = question.readings
    assert (day.pairs, day.reversed, day.median_days) == (842, 1, 14)
    assert (month.pairs, month.reversed) == (842, 211)
    assert question.better == DMY


def test_olist_damaged_in_both_files_is_seen_and_put_right(olist):
    damaged = []
    for one, header in zip(olist, ("won_date", "first_contact_date"), strict=True):
        values = one.table[header].to_pylist()
        parts = [(value[:2], value[3:5], value[6:10], value[10:]) for value in values]
        text = [f"{y}-{d}-{m}{rest}" if int(d) <= 12 else f"{y}-{m}-{d}{rest}" for d, m, y, rest in parts]
        at = one.columns.index(header)
        damaged.append(replace(one, table=one.table.set_column(at, header, [text])))
    shown = found(*damaged)
    assert set(shown) == {"won_date", "first_contact_date"}
    assert {which for _, which in shown.values()} == {ALL}
    proposal = propose(damaged)
    turned_back = MappingProposal(tuple(
        with_swap(one, next(iter(one.date_formats)), ALL) for one in proposal.sheets
    ))  # fmt: skip
    before, after = (apply(damaged, one)["deals"] for one in (proposal, turned_back))
    assert notes(apply(damaged, proposal), 1)["date_signs.order"]["n"] >= 211  # times of a day count too
    counts = [
        int((frame["closed_at"].dt.normalize() < frame["created_at"].dt.normalize()).sum())
        for frame in (one.filter(one.closed_at.notnull()).to_pandas() for one in (before, after))
    ]
    assert counts == [211, 1]


def test_a_question_shows_what_follows_from_either_answer():
    created = [f"0{1 + n % 5}/0{1 + n % 3}/2024" for n in range(60)]
    closed = [f"0{2 + n % 5}/0{1 + n % 3}/2024" for n in range(60)]
    one = deals(created, closed)
    proposal = propose([one])
    (question,) = questions(Calendar([one], proposal), TODAY)
    day, month = question.readings
    assert question.places == ((0, "Created"), (0, "Closed"))
    assert (day.dates, day.pairs, day.reversed, day.median_days) == (120, 60, 0, 1.0)
    assert (day.first, day.last) == (date(2024, 1, 1), date(2024, 3, 6))
    assert (month.first, month.last) == (date(2024, 1, 1), date(2024, 6, 3))
    assert month.median_days == 31  # from the 1st of a month to the 1st of the next


def test_the_way_with_far_fewer_contradictions_is_proposed_and_still_asked():
    """Month first they run from the 8th of one month to the 1st of the next; day first they end before."""
    one = deals([f"0{1 + n % 8}/08/2024" for n in range(30)], [f"0{2 + n % 8}/01/2024" for n in range(30)])
    proposal = propose([one])
    assert proposal.sheets[0].unclear == ("Created", "Closed")
    assert set(proposal.sheets[0].date_formats.values()) == {MDY}


def test_a_beginning_that_is_only_moved_far_back_explains_nothing():
    end = np.array(days(400, date(2024, 10, 1), 10), "M8[us]")
    start = end + np.where(np.arange(400) % 10 == 0, 2, -2) * np.timedelta64(1, "D")
    assert (exchanged(start) <= end).mean() > 0.95
    assert crossed(start, end) is None


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_first_rows_may_only_say_that_a_file_is_in_no_order(monkeypatch, shuffled):
    days = np.datetime64("2023-01-01", "us") + np.arange(400).astype("m8[D]")
    rows = np.where(np.arange(400) % 7 == 0, exchanged(days), days)
    rows = np.random.default_rng(3).permutation(rows) if shuffled else rows
    monkeypatch.setattr(swaps, "_LEARNT_FROM", 20)
    whole = swaps._out_of_line(rows)
    monkeypatch.setattr(swaps, "_FIRST", 60)
    out, others = swaps._out_of_line(rows)
    assert (out.tolist(), others) == (whole[0].tolist(), whole[1])
    assert out.any() != shuffled
