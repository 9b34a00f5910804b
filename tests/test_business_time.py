"""Hours of work between two moments: by hand, against counting minute by minute, against published years."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from crmeval.analyses.business_time import business_clock, calendar_clock, elapsed
from crmeval.analyses.clock import seconds
from crmeval.errors import SettingsError
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words
from crmeval.working_time import HOUR, WorkingTime, countries


def tables(begin, end):
    return Tables.from_frames(
        deals=pd.DataFrame(
            {"deal_id": ["1"], "created_at": [pd.Timestamp(begin)], "closed_at": [pd.Timestamp(end)]}
        )
    )


def hours(begin, end, *, calendar=False, dates=False, **said):
    data, settings = tables(begin, end), Settings(**said)
    made = calendar_clock if calendar else business_clock
    deals = data["deals"].select(
        begin=seconds(data["deals"].created_at), end=seconds(data["deals"].closed_at)
    )
    return (
        data.value(elapsed(deals, made(data, settings, dates=dates), took=("begin", "end")).took.max()) / HOUR
    )


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        ("2024-03-05 09:00", "2024-03-05 18:00", 9.0),  # a Tuesday
        ("2024-03-05 08:00", "2024-03-05 10:30", 1.5),  # begins before work does
        ("2024-03-05 17:00", "2024-03-06 10:00", 2.0),  # over a night
        ("2024-03-01 17:00", "2024-03-04 10:00", 2.0),  # over a weekend
        ("2024-03-02 10:00", "2024-03-03 20:00", 0.0),  # within one
        ("2024-03-05 20:00", "2024-03-05 23:00", 0.0),  # after work
        ("2024-03-05 10:00:20", "2024-03-05 10:00:50", 30 / 3600),
        ("2024-03-06 10:00", "2024-03-05 10:00", -9.0),  # the end comes first
    ],
)
def test_hours_by_hand(begin, end, expected):
    for zone in ("UTC", "Europe/Moscow", "America/New_York"):
        assert hours(begin, end, time_zone=zone) == pytest.approx(expected)


def test_a_day_in_moscow_has_nine_hours_whatever_zone_the_file_is_in():
    assert hours("2024-03-05 09:00", "2024-03-05 18:00", time_zone="Europe/Moscow") == 9
    utc = {"time_zone": "Europe/Moscow", "file_time_zone": "UTC"}
    assert hours("2024-03-05 06:00", "2024-03-05 15:00", **utc) == 9
    assert hours("2024-03-05 09:00", "2024-03-05 18:00", **utc) == 6
    # Auckland works from 20:00 to 05:00 of UTC in their summer: over midnight of the file
    assert (
        hours("2024-01-15 12:00", "2024-01-16 12:00", time_zone="Pacific/Auckland", file_time_zone="UTC") == 9
    )


def test_the_calendar_knows_when_clocks_are_put_forward_and_back():
    berlin = {"time_zone": "Europe/Berlin", "calendar": True}
    assert hours("2024-03-30 12:00", "2024-03-31 12:00", **berlin) == 23
    assert hours("2024-10-26 12:00", "2024-10-27 12:00", **berlin) == 25
    assert hours("2024-03-30 12:00", "2024-03-31 12:00", **berlin, file_time_zone="UTC") == 24
    assert hours("2024-03-30", "2024-03-31", **berlin, dates=True) == 24  # dates: a day is a day
    assert hours("2024-03-31 02:30", "2024-03-31 03:00", **berlin) == 0  # 2:30 was leapt over


def test_shifts_go_over_midnight_and_belong_to_the_day_they_begin_on():
    night = {"working_hours": (22, 6)}
    assert hours("2024-03-05 12:00", "2024-03-06 12:00", **night) == 8
    assert hours("2024-03-08 21:00", "2024-03-09 12:00", **night) == 8  # Friday's goes on into Saturday
    assert hours("2024-03-10 12:00", "2024-03-11 12:00", **night) == 0  # Sunday's is free, and its morning
    # at night clocks are put forward in Berlin, the shift is an hour shorter; back, an hour longer
    berlin = {**night, "time_zone": "Europe/Berlin", "working_days": (0, 1, 2, 3, 4, 5, 6)}
    assert hours("2024-03-30 12:00", "2024-03-31 12:00", **berlin) == 7
    assert hours("2024-10-26 12:00", "2024-10-27 12:00", **berlin) == 9
    assert hours("2024-03-05 00:00", "2024-03-12 00:00", working_hours=(0, 24)) == 5 * 24


def test_holidays_and_days_moved_by_decree():
    russia = {"holiday_country": "RU"}
    assert (
        hours("2024-04-26 09:00", "2024-05-02 18:00", **russia) == 3 * 9
    )  # Fri, Sat 27 worked; off until 2 May
    assert hours("2024-04-26 09:00", "2024-05-02 18:00") == 5 * 9
    own = {**russia, "extra_days_off": (date(2024, 5, 2),), "extra_working_days": (date(2024, 4, 28),)}
    assert hours("2024-04-26 09:00", "2024-05-02 18:00", **own) == 3 * 9  # a Sunday more, a Thursday less


@pytest.mark.parametrize(
    ("year", "days"), [(2019, 247), (2021, 247), (2022, 247), (2023, 247), (2024, 248), (2025, 247)]
)
def test_working_days_of_the_russian_production_calendar(year, days):
    first = (date(year, 1, 1) - date(1970, 1, 1)).days
    last = (date(year, 12, 31) - date(1970, 1, 1)).days
    assert WorkingTime(9 * HOUR, 18 * HOUR, (0, 1, 2, 3, 4), "RU").works(first, last).sum() == days


def test_regions_have_holidays_of_their_own():
    assert hours("2024-10-31 00:00", "2024-10-31 23:00", holiday_country="DE") == 9
    assert hours("2024-10-31 00:00", "2024-10-31 23:00", holiday_country="DE-BB") == 0  # Reformation day
    assert {"RU", "KZ", "BY", "DE", "GB", "US"} <= set(countries())


def test_dates_count_whole_working_days_from_the_one_to_the_day_before_the_other():
    dated = {"dates": True, "time_zone": "Europe/Berlin", "file_time_zone": "America/New_York"}
    assert hours("2024-03-04", "2024-03-06", **dated) == 2 * 9
    assert hours("2024-03-08", "2024-03-11", **dated) == 9
    assert hours("2024-03-09", "2024-03-11", **dated) == 0


def test_dates_that_cannot_be_and_missing_ones_have_no_hours():
    data = Tables.from_frames(
        deals=pd.DataFrame(
            {
                "deal_id": ["1", "2", "3"], "created_at": pd.to_datetime(["2024-03-05"] * 3),
                "closed_at": pd.to_datetime(["2024-03-06", None, "2924-03-06"]),
            }
        )
    )  # fmt: skip
    deals = data["deals"].select(
        "deal_id", b=seconds(data["deals"].created_at), e=seconds(data["deals"].closed_at)
    )
    clock = business_clock(data, Settings())
    found = data.frame(
        elapsed(deals, clock, took=("b", "e"), age=("b", int(pd.Timestamp("2024-03-08").timestamp())))
    )
    found = found.set_index("deal_id").sort_index()
    assert found.loc["1", "took"] == 9 * HOUR
    assert found["took"].isna().tolist() == [False, True, True]
    assert found["age"].tolist() == [27 * HOUR] * 3
    assert list(found.columns) == ["b", "e", "took", "age"]


ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
HOURS = ((9, 18), (22, 6), (0, 24), (8.5, 17.25), (6, 0))
SEASONS = (datetime(2024, 3, 8), datetime(2024, 3, 28), datetime(2024, 10, 24), datetime(2024, 4, 4))  # noqa: DTZ001


def minute_by_minute(begin, end, settings, *, working):
    """The slow and plain way: every minute between two moments, looked at on the clock on the wall."""
    file_zone = ZoneInfo(settings.file_time_zone or settings.time_zone)
    here, counted = ZoneInfo(settings.time_zone), 0
    moment, until = (instant(wall, file_zone) for wall in (begin, end))
    while moment < until:
        counted += 1 if not working else is_open(moment.astimezone(here), settings)
        moment += timedelta(minutes=1)
    return counted / 60


def instant(wall, zone):
    """The moment in UTC; where the clock leaps over it, the first moment after the leap."""
    while (moment := wall.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != wall:
        wall += timedelta(minutes=1)
    return moment


def is_open(local, settings):
    opens, closes = (round(hour * 60) for hour in settings.working_hours)
    minute, today = local.hour * 60 + local.minute, local.date()
    if opens < closes:
        return works(today, settings) and opens <= minute < closes
    return (works(today, settings) and minute >= opens) or (
        works(today - timedelta(days=1), settings) and minute < closes
    )


def works(day, settings):
    return day.weekday() in settings.working_days and day not in settings.extra_days_off


@given(
    season=st.sampled_from(SEASONS),
    spans=st.lists(st.tuples(st.integers(0, 7 * 1440), st.integers(0, 3 * 1440)), min_size=1, max_size=3),
    zone=st.sampled_from(ZONES), file_zone=st.sampled_from(("", *ZONES)), worked=st.sampled_from(HOURS),
    week=st.sampled_from(((0, 1, 2, 3, 4), (6, 0, 1, 2, 3), (5,))), free=st.integers(0, 10),
)  # fmt: skip
@tried(max_examples=40, deadline=None)
def test_hours_are_those_counted_minute_by_minute(season, spans, zone, file_zone, worked, week, free):
    settings = Settings(
        time_zone=zone, file_time_zone=file_zone, working_hours=worked, working_days=week,
        extra_days_off=((season + timedelta(days=free)).date(),),
    )  # fmt: skip
    begins = [season + timedelta(minutes=begin) for begin, _ in spans]
    ends = [begin + timedelta(minutes=length) for begin, (_, length) in zip(begins, spans, strict=True)]
    data = Tables.from_frames(
        deals=pd.DataFrame(
            {"deal_id": [str(i) for i in range(len(spans))], "created_at": begins, "closed_at": ends}
        )
    )
    deals = data["deals"].select(
        "deal_id", b=seconds(data["deals"].created_at), e=seconds(data["deals"].closed_at)
    )
    for made, working in ((business_clock, True), (calendar_clock, False)):
        found = data.frame(elapsed(deals, made(data, settings), took=("b", "e"))).sort_values("deal_id")
        expected = [
            minute_by_minute(*pair, settings, working=working) for pair in zip(begins, ends, strict=True)
        ]
        assert (found["took"] / HOUR).tolist() == pytest.approx(expected)


@given(st.integers(0, 20 * 86_400), st.integers(0, 20 * 86_400))
@tried(max_examples=50, deadline=None)
def test_time_never_runs_backward_and_nothing_takes_longer_than_the_calendar(first, second):
    start = int(pd.Timestamp("2024-03-20").timestamp())
    begin, end = (start + offset for offset in sorted((first, second)))
    data = tables("2024-03-01", "2024-05-01")
    settings = Settings(time_zone="Europe/Berlin", holiday_country="DE")
    business, calendar = (
        clock.until(end) - clock.until(begin)
        for clock in (business_clock(data, settings), calendar_clock(data, settings))
    )
    assert 0 <= business <= calendar <= end - begin + HOUR


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"time_zone": "Mars/Base"}, "Mars/Base"), ({"time_zone": "../etc/passwd"}, "passwd"),
        ({"file_time_zone": "nowhere"}, "nowhere"), ({"working_hours": (9, 9)}, "9, 9"),
        ({"working_hours": (9, 25)}, "25"), ({"working_hours": (9.01, 18)}, "9.01"),
        ({"working_hours": (9,)}, "9"),
        ({"working_days": ()}, "6"), ({"working_days": (7,)}, "7"), ({"working_days": (1, 1)}, "1, 1"),
        ({"holiday_country": "XX"}, "XX"), ({"holiday_country": "DE-XX"}, "DE-XX"),
    ],
)  # fmt: skip
def test_times_of_work_that_cannot_be_are_refused(said, named, language):
    with pytest.raises(SettingsError) as caught:
        Settings(**said)
    assert named in Words(language)(caught.value.text)


@pytest.mark.slow
def test_a_million_spans_take_under_a_second():
    import time

    rng = np.random.default_rng(1)
    begins = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        rng.integers(0, 4 * 365 * 86_400, 1_000_000), unit="s"
    )
    ends = begins + pd.to_timedelta(rng.integers(0, 60 * 86_400, len(begins)), unit="s")
    data = Tables.from_frames(
        deals=pd.DataFrame(
            {"deal_id": np.arange(len(begins)).astype(str), "created_at": begins, "closed_at": ends}
        )
    )
    deals = data["deals"].select(b=seconds(data["deals"].created_at), e=seconds(data["deals"].closed_at))
    settings = Settings(time_zone="Europe/Moscow", holiday_country="RU")
    data.value(data["deals"].count())  # the engine starts when first asked
    begun = time.process_time()
    assert data.value(elapsed(deals, business_clock(data, settings), took=("b", "e")).took.sum()) > 0
    assert time.process_time() - begun < 1
