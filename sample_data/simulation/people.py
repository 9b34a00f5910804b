"""The people who use the system: what they type in, how they like it, how much they use it."""

import numpy as np
import pandas as pd

from simulation.plan import (
    ABSENT,
    CARELESS_TEAM,
    DAY_MINUTES,
    DUPLICATES,
    END,
    ERROR_AFTER_TRAINING,
    ERROR_CARELESS,
    ERROR_OTHERS,
    FORMS,
    GO_LIVE,
    MISSPELT,
    OWNERS,
    RECORDS,
    START,
    TEAM_SIZE,
    TRAINED,
    TRAINED_AT,
    WORKDAYS,
    clock,
    workday,
)


def records(rng: np.random.Generator) -> pd.DataFrame:
    """Contacts as typed in: errors of two fields come from one team, and fell for those trained."""
    days = rng.integers(workday(START), workday(END), RECORDS)
    minute = np.sort(days * DAY_MINUTES + rng.integers(0, DAY_MINUTES - 10, RECORDS))
    owner, entered = rng.integers(0, OWNERS, RECORDS), clock(minute)
    rate = np.where(owner // TEAM_SIZE == CARELESS_TEAM, ERROR_CARELESS, ERROR_OTHERS)
    rate = np.where(np.isin(owner, TRAINED) & (entered >= TRAINED_AT), rate * ERROR_AFTER_TRAINING, rate)
    wrong = rng.random((2, RECORDS)) < rate
    kind = 1 + rng.integers(0, 4, (2, RECORDS))  # empty, placeholder, cut short, mistyped
    records = pd.DataFrame(
        {
            "entered": entered, "owner": owner, "team": owner // TEAM_SIZE,
            "phone_error": np.where(wrong[0], kind[0], 0), "second_error": np.where(wrong[1], kind[1], 0),
            "person": np.arange(RECORDS), "industry": rng.integers(0, 6, RECORDS),
            "city": rng.integers(0, 8, RECORDS), "source": rng.integers(0, 3, RECORDS), "misspelt": False,
            "invisible": rng.random(RECORDS) < 0.04,  # noqa: PLR2004 - a right-looking number of somebody else
        }
    )  # fmt: skip
    machinery = records.index[records["industry"] == 0].to_numpy()
    records.loc[rng.choice(machinery, MISSPELT, replace=False), "misspelt"] = True
    clean = records.index[(records["phone_error"] == 0) & (records["second_error"] == 0)].to_numpy()
    again = records.loc[np.sort(rng.choice(clean[: RECORDS // 2], DUPLICATES, replace=False))]
    shift = rng.integers(60, 180, DUPLICATES) * DAY_MINUTES
    again = again.assign(entered=clock(minute[again.index] + shift), invisible=False)
    every = pd.concat([records.assign(is_copy=False), again.assign(is_copy=True)])
    return every[every["entered"] <= END].sort_values(["entered", "person"], ignore_index=True)


def usability(rng: np.random.Generator) -> pd.DataFrame:
    """Forty SUS forms; the careless team likes the system least, and two people ticked one column."""
    team = np.arange(FORMS) % TEAM_SIZE
    liking = 0.75 - 0.9 * (team == CARELESS_TEAM) + rng.normal(0, 0.6, FORMS)
    answers = liking[:, None] * np.where(np.arange(10) % 2 == 0, 1, -1) + rng.normal(0, 0.7, (FORMS, 10)) + 3
    answers = np.clip(np.rint(answers), 1, 5).astype("int64")
    answers[[7, 22]] = [[3], [5]]
    frame = pd.DataFrame(answers, columns=[f"q{number}" for number in range(1, 11)])
    days = rng.integers(workday(pd.Timestamp("2024-11-01")), workday(pd.Timestamp("2024-11-30")), FORMS)
    return frame.assign(team=team, role=rng.choice(3, FORMS, p=[0.7, 0.15, 0.15]), at=WORKDAYS[np.sort(days)])


def usage(rng: np.random.Generator, deals: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Logins by user and month since go-live; what each created is counted from the other tables."""
    months = pd.period_range(GO_LIVE, END, freq="M")
    usage = pd.DataFrame(
        [(user, month) for month in months for user in range(OWNERS)], columns=["user", "month"]
    )
    mean = np.where(usage["user"] // TEAM_SIZE == CARELESS_TEAM, 12, 19)
    logins = rng.poisson(mean) * ~((usage["user"] == ABSENT) & (rng.random(len(usage)) < 0.7))  # noqa: PLR2004
    created = sum(
        pd.Series(1, index=[frame["owner"], frame[when].dt.to_period("M")]).groupby(level=[0, 1]).sum()
        .reindex(pd.MultiIndex.from_frame(usage), fill_value=0).to_numpy()
        for frame, when in ((deals, "created"), (records, "entered"))
    )  # fmt: skip
    return usage.assign(
        logins=np.maximum(logins, 0),
        created=np.where(logins > 0, created, 0),
        changed=rng.poisson(logins * 2.5),
        minutes=(logins * rng.uniform(18, 30, len(usage))).astype("int64"),
    )
