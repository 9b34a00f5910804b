"""Dates in every way people and programs write them."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, mapped, moment, notes, rows, sheet

from crmeval.mapping import dates, propose
from crmeval.mapping.date_readers import as_programs_write
from crmeval.mapping.distinct import distinct


def read(*texts, order=""):
    column = distinct(pa.chunked_array([list(texts)], pa.string()))
    evidence = dates.order(column)
    found = dates.parse(column.texts, order or evidence.evident or evidence.habit).values
    return [None if np.isnat(value) else value.astype("M8[us]").item() for value in found]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-02-01", moment("2024-02-01")),  # the trap of dayfirst=True: 2 January
        ("2024-02-01T10:15:30.250Z", moment("2024-02-01 10:15:30")),
        ("2024-03-02 09:00:00+03:00", moment("2024-03-02 09:00")),
        ("2024/02/01 9:05", moment("2024-02-01 09:05")),
        ("29.02.2024 10:15", moment("2024-02-29 10:15")),
        ("01.02.24", moment("2024-02-01")),
        ("01.02.99", moment("1999-02-01")),
        ("20240201", moment("2024-02-01")),
        ("Wed 14/02/2024", moment("2024-02-14")),
        ("Wed, 14 Feb 2024 10:15:30 +0000", moment("2024-02-14 10:15:30")),
        ("Wed Feb 14 2024 10:15:30 GMT+0300", moment("2024-02-14 10:15:30")),
        ("14.02.2024 (ср)", moment("2024-02-14")),
        ("14.02.2024 г. в 10:15", moment("2024-02-14 10:15")),
        ("14/Feb/2024", moment("2024-02-14")),
        ("12.02.2024 – 18.02.2024", moment("2024-02-12")),  # a period by its first day, as a quarter
        ("2020-W53", moment("2020-12-28")),  # ISO 8601: the week of 4 January is the first
        ("W01 2021", moment("2021-01-04")),
        ("12 неделя 2025", moment("2025-03-17")),
        ("20240201T101530", moment("2024-02-01 10:15:30")),
        ("45337", moment("2024-02-15")),  # the serial of the Russian workbook
        ("45337.5", moment("2024-02-15 12:00")),
        ("1706745600", moment("2024-02-01")),
        ("1706745600000", moment("2024-02-01")),
        ("1 февраля 2024", moment("2024-02-01")),
        ("1 мая 2024 г.", moment("2024-05-01")),
        ("март 2024", moment("2024-03-01")),
        ("01-Feb-2024", moment("2024-02-01")),
        ("Feb 1, 2024 4:11 PM", moment("2024-02-01 16:11")),
        ("2024-02", moment("2024-02-01")),
        ("02.2024", moment("2024-02-01")),
        ("12/31/2024 12:00 AM", moment("2024-12-31")),
    ],
)
def test_a_date_is_read_as_it_was_meant(written, meant):
    assert read(written) == [meant]


@pytest.mark.parametrize(
    "written", ["31.02.2024", "29.02.2023", "0000-00-00", "1899-12-30", "2024-02-01 25:00", "20241345",
                "вчера", "soon", "12-May", "Sun Microsystems 2020", "2021-W54",
                "12345678", "99999", "5", "1e5", "nan", "01.13.13.2024"],
)  # fmt: skip
def test_what_is_no_date_is_not_made_one(written):
    assert read(written) == [None]


TIMES = st.datetimes(moment("1950-01-01"), moment("2099-12-31")).map(lambda time: time.replace(microsecond=0))


@RELAXED
@given(st.lists(TIMES, min_size=1, max_size=50, unique=True))
def test_dates_survive_every_way_of_writing_them(times):
    for form, order in (
        ("%Y-%m-%d %H:%M:%S", ""), ("%Y%m%d%H%M%S", ""),
        ("%d.%m.%Y %H:%M:%S", "dmy"), ("%m/%d/%Y %I:%M:%S %p", "mdy"),
    ):  # fmt: skip
        assert read(*(time.strftime(form) for time in times), order=order) == times


@RELAXED
@given(st.lists(st.text(max_size=30)))
def test_any_text_is_read_or_refused(texts):
    assert len(read(*texts)) == len({text.strip() for text in texts} - {""})


def test_the_order_of_day_and_month_is_decided_by_the_whole_column():
    assert read("01/02/2024", "25/02/2024")[0] == moment("2024-02-01")
    assert read("01/02/2024", "02/25/2024")[0] == moment("2024-01-02")


def stages(*dates_written, formats=None):
    one = sheet("deal|stage|date", *(f"{n}|new|{written}" for n, written in enumerate(dates_written)))
    columns = {"deal_id": "deal", "stage": "stage", "entered_at": "date"}
    return mapped(one, "stage_events", columns, date_formats=formats or {})


def test_the_receipt_says_which_rows_decided_the_order():
    assert notes(stages("01/02/2024", "25/02/2024", "26/02/2024"))["day_first"] == {"column": "date", "n": 2}


def test_the_receipt_says_how_many_dates_hang_on_a_guess():
    assert notes(stages("01.02.2024", "03.04.2024", "05.05.2024"))["day_first_unsure"]["n"] == 2


def test_a_date_that_fits_only_the_other_order_is_not_read():
    tables = stages("13/02/2024", "14/02/2024", "02/15/2024")
    assert notes(tables)["other_order"]["n"] == 1
    assert list(tables.set_aside["reason"]) == ["not_understood"]
    assert list(tables.set_aside["value"]) == ["02/15/2024"]


def test_the_user_decides_where_the_column_does_not():
    tables = stages("01/02/2024", formats={"date": "mdy"})
    assert rows(tables, "stage_events", "entered_at") == [(moment("2024-01-02"),)]


def test_a_column_that_does_not_tell_follows_the_other_dates_of_its_sheet():
    one = sheet("deal|stage|in|out", "1|new|01/02/2024|02/25/2024")
    columns = {"deal_id": "deal", "stage": "stage", "entered_at": "in", "left_at": "out"}
    assert rows(mapped(one, "stage_events", columns), "stage_events", "entered_at") == [
        (moment("2024-01-02"),)
    ]


def test_a_proposal_lets_one_column_tell_the_other():
    one = sheet(
        "deal|stage|date entered|date exited", "1|new|01/02/2024|02/25/2024", "1|won|01/03/2024|02/26/2024"
    )
    assert propose([one]).sheets[0].date_formats == {"date entered": "mdy", "date exited": "mdy"}


def test_dates_that_look_like_months_are_said_to():
    swapped = [f"2024-{month:02}-{day:02}" for month in range(1, 13) for day in (3, 7, 11)]
    assert "date_signs.days_like_months" in notes(stages(*swapped))
    assert "date_signs.days_like_months" not in notes(stages(*swapped, "2024-01-31"))


def test_a_column_knows_how_it_is_written():
    def style(*texts):
        column = distinct(pa.chunked_array([list(texts)], pa.string()))
        return dates.style(column, dates.order(column).evident)

    written = ("2024-01-31", "31.01.2024", "1/31/2024", "20240131")
    assert [style(one) for one in written] == [
        "iso",
        "dmy",
        "mdy",
        "ymd",
    ]
    assert [style("45337"), style("1706745600")] == ["excel", "epoch"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Oct-24", "2024-10-01"), ("янв.25", "2025-01-01"), ("Jan'25", "2025-01-01"),
        ("14-Mar-24", "2024-03-14"), ("02-Aug-98", "1998-08-02"),
    ],
)  # fmt: skip
def test_a_year_beside_the_name_of_a_month_may_have_two_digits(written, meant):
    assert read(written) == [moment(meant)]


@pytest.mark.parametrize("written", ["Oct 24", "May-5", "Zoo-24", "Oct-245"])
def test_what_names_no_such_year_is_no_date(written):
    assert read(written) == [None]


@pytest.mark.parametrize(
    ("written", "begins"),
    [
        ("2023 Q3", "2023-07-01"), ("2023-Q4", "2023-10-01"), ("2023Q1", "2023-01-01"),
        ("Q3 2023", "2023-07-01"), ("q1-2024", "2024-01-01"), ("1 quarter 2023", "2023-01-01"),
        ("1 кв. 2023", "2023-01-01"), ("2 кв 2023 г.", "2023-04-01"), ("III квартал 2023", "2023-07-01"),
        ("IV кв. 2023 года", "2023-10-01"), ("3-й квартал 2023", "2023-07-01"),
        ("2023 г. 2 кв.", "2023-04-01"), ("2023 II кв.", "2023-04-01"),
    ],
)  # fmt: skip
def test_a_quarter_is_its_first_day(written, begins):
    assert dates.parse(pa.array([written])).values[0] == np.datetime64(begins)


@pytest.mark.parametrize(
    "written",
    ["Q5 2023", "Q0 2023", "3 2023", "V квартал 2023", "2023 квартал", "Кв. 12, 2023", "Q3", "Q3 23"],
)
def test_what_names_no_quarter_is_none(written):
    assert np.isnat(dates.parse(pa.array([written])).values[0])


@pytest.mark.parametrize(
    ("written", "begins"),
    [
        ("H1 2024", "2024-01-01"), ("2024 H2", "2024-07-01"), ("2024-h1", "2024-01-01"),
        ("2024H2", "2024-07-01"), ("1H 2024", "2024-01-01"), ("2024 2H", "2024-07-01"),
        ("1 полугодие 2024", "2024-01-01"), ("2-е полугодие 2024 г.", "2024-07-01"),
        ("II полугодие 2024 года", "2024-07-01"), ("2024 г., I полугодие", "2024-01-01"),
        ("2 п/г 2024", "2024-07-01"), ("2024, 1 пг", "2024-01-01"),
    ],
)  # fmt: skip
def test_a_half_of_a_year_is_its_first_day(written, begins):
    assert dates.parse(pa.array([written])).values[0] == np.datetime64(begins)


@pytest.mark.parametrize(
    "written", ["H3 2024", "H0 2024", "III полугодие 2024", "2024 полугодие", "H1", "H1 24"]
)
def test_what_names_no_half_is_none(written):
    assert np.isnat(dates.parse(pa.array([written])).values[0])


def stamped(*times):
    """The times of a column of deals, and what the receipt tells of it."""
    cells = [(str(number), said) for number, said in enumerate(times)]
    columns = {"deal_id": "Id", "created_at": "Created"}
    tables = mapped(sheet("Id|Created", *cells), "deals", columns)
    return [at for (at,) in rows(tables, "deals", "created_at")], notes(tables)


def test_times_of_several_zones_are_brought_to_that_of_most():
    written = "2024-03-01T10:00:00+03:00", "2024-03-01T10:00:00Z", "2024-03-01 10:00:00+0300"
    times, said = stamped(*written, "2024-03-01 02:30:00-04:30")
    noon = moment("2024-03-01 13:00")
    assert times[:3] == [moment("2024-03-01 10:00"), noon, moment("2024-03-01 10:00")]
    assert times[3] == moment("2024-03-01 10:00")  # half past two at UTC−4:30 is seven at UTC
    assert said["zones_differ"] == {
        "column": "Created", "n": 2, "zones": "UTC−4:30, UTC, UTC+3", "zone": "UTC+3",
    }  # fmt: skip


def test_summer_and_winter_of_one_place_stay_as_its_clock_shows_them():
    times, said = stamped("2024-07-01T10:00:00+02:00", "2024-12-01T10:00:00+01:00")
    assert times == [moment("2024-07-01 10:00"), moment("2024-12-01 10:00")]
    assert said["zones"]["zones"] == "UTC+1, UTC+2"


@RELAXED
@given(st.lists(st.integers(-56, 56), min_size=2, max_size=8), st.data())
def test_the_time_between_two_stamps_is_that_between_their_instants(quarters, data):
    instants = [datetime(2024, 3, 1, tzinfo=UTC) + timedelta(minutes=data.draw(st.integers(0, 10**6)))
                for _ in quarters]  # fmt: skip
    zones = [timezone(timedelta(minutes=15 * quarter)) for quarter in quarters]
    times, _ = stamped(*(at.astimezone(zone).isoformat() for at, zone in zip(instants, zones, strict=True)))
    if max(quarters) - min(quarters) > 4:
        assert [at - times[0] for at in times] == [at - instants[0] for at in instants]


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-02-01", "2024-02-30"], ["2024-02-01 13:05:59", "2024-02-01 24:00:00"],
        ["2024-02-01", "2024-02-01 13:05"], ["0001-01-01"], ["2200-01-01"], ["01.02.2024"],
        ["2024-02-01 13:05Z"],
    ],
)  # fmt: skip
def test_dates_that_are_not_all_iso_of_one_length_go_the_long_way(texts: list[str]) -> None:
    assert as_programs_write(pa.array(texts)) is None
