"""What the sample company is meant to show: every constant of its story, and its working time."""

import numpy as np
import pandas as pd

SEED = 2024
START, END = pd.Timestamp("2023-07-01"), pd.Timestamp("2024-12-31 18:00")
ORDERS_FROM = pd.Timestamp("2023-01-01")
GO_LIVE = pd.Timestamp("2024-03-01")
SLOWER_FROM = pd.Timestamp("2024-04-01")  # when the blocking stage became worse
TRAINED_AT = pd.Timestamp("2024-08-05")

OWNERS, TEAM_SIZE = 9, 3
CARELESS_TEAM = 1
TRAINED = (0, 3, 4, 6)  # two of the careless team, one of each other; owner 5 is careless and untrained
ABSENT = 5  # hardly uses the system

STAGES = 6
NEW, QUALIFIED, MEETING, OFFER, LEGAL, PAYMENT = range(STAGES)
# The steps a deal may take: the second offer and the second legal review are rework.
STEPS = np.array([NEW, QUALIFIED, MEETING, OFFER, LEGAL, OFFER, LEGAL, PAYMENT])
STEP_DAYS = np.array([0.8, 3.0, 4.0, 3.5, 9.0, 1.5, 4.0, 3.0])  # medians, in working days
LEGAL_SLOWER = 2.0
OFFER_SLOW_FOR_LOST = 5.0  # the decoy: slow only for deals that are lost anyway
REWORK, SKIPS_MEETING = 0.08, 0.05
LAST_STEP_OF_LOST = {1: 0.35, 2: 0.25, 3: 0.30, 4: 0.10}

SOURCES_WIN = np.array([0.42, 0.62, 0.36, 0.22, 0.50])  # site, referral, exhibition, cold calls, partners
SOURCES_SHARE = np.array([0.34, 0.16, 0.14, 0.22, 0.14])
PRODUCT_PRICE = np.array([2400.0, 5200.0, 9800.0, 1300.0])
DEALS, RECORDS, FORMS, ANSWERS = 1200, 1460, 40, 420
DUPLICATES, MISSPELT = 40, 14
ERROR_CARELESS, ERROR_OTHERS, ERROR_AFTER_TRAINING = 0.34, 0.05, 0.25
REPEAT_BEFORE, REPEAT_AFTER, REPEAT_CALLED = 0.66, 0.80, 0.08
RETURNS, GUESTS = 0.015, 0.02
FIRST_REPLY_HOURS = (7.0, 2.0)  # medians in working hours, before and after go-live

DAY_MINUTES, DAY_STARTS = 540, 9 * 60
_HOLIDAYS = np.arange("2024-01-01", "2024-01-09", dtype="datetime64[D]")
_DAYS = np.arange("2022-01-03", "2027-01-01", dtype="datetime64[D]")
WORKDAYS = _DAYS[np.is_busday(_DAYS, holidays=_HOLIDAYS)]


def clock(work_minutes: np.ndarray) -> pd.DatetimeIndex:
    """Minutes of working time since the first working day → calendar time, to five minutes."""
    steps = np.asarray(work_minutes).astype("int64") // 5 * 5
    minutes = DAY_STARTS + steps % DAY_MINUTES
    return pd.DatetimeIndex(WORKDAYS[steps // DAY_MINUTES].astype("datetime64[m]") + minutes)


def workday(when: pd.Timestamp) -> int:
    """The number of this day among the working days."""
    return int(np.searchsorted(WORKDAYS, np.datetime64(when.date())))


def days_of(times: pd.Series) -> np.ndarray:
    """The days of these times, as NumPy wants them."""
    return times.to_numpy().astype("datetime64[D]")
