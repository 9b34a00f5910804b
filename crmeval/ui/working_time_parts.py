"""The questions about when the company works: its hours, days, holidays and time zone."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st
from babel.dates import get_day_names

from crmeval.errors import CrmevalError
from crmeval.settings import Settings
from crmeval.ui import state
from crmeval.ui.parts import say
from crmeval.working_time import countries

_BETWEEN = "-"


def working_time_form() -> None:
    """Working hours and days, public holidays by country and region, days of one's own, time zones."""
    t = state.words()
    now = state.settings()
    with st.expander(t("settings.working_time"), icon=":material/schedule:"):
        st.caption(say("settings.working_time_help"))
        one, two, three = st.columns((1, 1, 2))
        begins = one.number_input(t("settings.work_begins"), 0.0, 24.0, float(now.working_hours[0]), 0.25)
        ends = two.number_input(
            t("settings.work_ends"),
            0.0,
            24.0,
            float(now.working_hours[1]),
            0.25,
            help=say("settings.work_ends_help"),
        )
        names = get_day_names("abbreviated", locale=t.locale)
        days = three.pills(
            t("settings.working_days"), range(7), selection_mode="multi", default=list(now.working_days),
            format_func=lambda day: names[day],
        )  # fmt: skip
        changed = {
            "working_hours": (begins, ends),
            "working_days": tuple(sorted(days)),
            "holiday_country": _country(now),
            **_days_of_ones_own(now),
            **_zones(now),
        }
        if st.button(t("settings.keep"), key="keep_working_time", type="primary"):
            keep_settings(now, changed)


def _country(now: Settings) -> str:
    """The country, and its region where regions have holidays of their own."""
    t = state.words()
    one, two, _ = st.columns(3)
    code, _sign, region = now.holiday_country.partition(_BETWEEN)
    known = ["", *sorted(countries(), key=lambda found: t.locale.territories.get(found, found))]
    chosen = one.selectbox(
        t("settings.holiday_country"), known, known.index(code) if code in known else 0,
        format_func=lambda found: t.locale.territories.get(found, found) or t("settings.no_country"),
        help=say("settings.holiday_country_help"),
    )  # fmt: skip
    regions = ("", *countries().get(chosen, ()))
    if len(regions) == 1:
        return chosen
    part = two.selectbox(
        t("settings.region"), regions, regions.index(region) if region in regions else 0,
        key=f"region_{chosen}", format_func=lambda found: found or t("settings.whole_country"),
    )  # fmt: skip
    return f"{chosen}{_BETWEEN}{part}" if part else chosen


def _days_of_ones_own(now: Settings) -> dict[str, tuple[date, ...]]:
    """Days off and days worked that no calendar knows."""
    t = state.words()
    given: dict[str, tuple[date, ...]] = {}
    for column, name in zip(st.columns(2), ("extra_days_off", "extra_working_days"), strict=True):
        listed = column.data_editor(
            pd.DataFrame({"day": pd.Series(list(getattr(now, name)), dtype="object")}),
            num_rows="dynamic", hide_index=True, key=f"edit_{name}", width="stretch", height=140,
            column_config={"day": st.column_config.DateColumn(t(f"settings.{name}"), format="DD.MM.YYYY")},
        )  # fmt: skip
        given[name] = tuple(pd.Timestamp(day).date() for day in listed["day"].dropna())
    return given


def _zones(now: Settings) -> dict[str, str]:
    """The company's time zone, and that of the files where it is another."""
    t = state.words()
    one, two, _ = st.columns(3)
    known = sorted(available_timezones())
    zone = one.selectbox(
        t("settings.time_zone"), known, known.index(now.time_zone) if now.time_zone in known else 0,
        help=say("settings.time_zone_help"),
    )  # fmt: skip
    files = ["", *known]
    given = files.index(now.file_time_zone) if now.file_time_zone in files else 0
    file_zone = two.selectbox(
        t("settings.file_time_zone"), files, given, help=say("settings.file_time_zone_help"),
        format_func=lambda found: found or t("settings.same_zone"),
    )  # fmt: skip
    return {"time_zone": zone, "file_time_zone": file_zone}


def keep_settings(now: Settings, changed: dict[str, Any]) -> None:
    """Keeps changed settings, or says what is wrong with them."""
    try:
        state.set_settings(now.with_(**changed))
    except CrmevalError as error:
        st.error(say(error.text))
    else:
        st.rerun()
