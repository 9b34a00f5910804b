"""The inputs of the page on costs and benefits: cost lines to edit, and sliders for what is supposed."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.benefits import Assumptions
from crmeval.analyses.plan import MONTH, Benefit
from crmeval.settings import Settings
from crmeval.ui import state
from crmeval.ui.parts import say
from crmeval.words import Words

_LINE = ("item", "category", "amount", "period", "per_user", "from", "to")
_PLAIN = "%g"  # no decimals where there are none
_MOST_LINES = 500  # more is a ledger: it is edited where it comes from


def cost_lines() -> pd.DataFrame:
    """The cost table as it stands, without lines where there is none."""
    tables = state.tables()
    if tables is None or "costs" not in tables:
        empty = pd.DataFrame({column: pd.Series(dtype="str") for column in _LINE})
        return empty.astype({"amount": float, "from": "datetime64[us]", "to": "datetime64[us]"})
    costs = tables["costs"]
    return tables.once("cost table", lambda: tables.frame(costs.order_by("_row").select(*_LINE)))


@st.fragment
def cost_editor() -> None:
    """Cost lines to change, add and drop; kept when the user says so."""
    now = cost_lines()
    if len(now) > _MOST_LINES:
        return
    with st.expander(say("roi.page.costs"), expanded=now.empty, icon=":material/receipt_long:"):
        _editor(now, state.words())


def _editor(now: pd.DataFrame, t: Words) -> None:
    st.caption(say("roi.page.costs_help"))
    date = st.column_config.DateColumn
    columns: dict[str, Any] = {
        "item": st.column_config.TextColumn(t("roi.page.item"), required=True),
        "category": st.column_config.TextColumn(t("roi.page.category")),
        "amount": st.column_config.NumberColumn(t("roi.page.amount"), required=True),
        "period": st.column_config.TextColumn(t("roi.page.period")),
        "per_user": st.column_config.TextColumn(t("roi.page.per_user")),
        "from": date(t("roi.page.from"), format="DD.MM.YYYY"),
        "to": date(t("roi.page.to"), format="DD.MM.YYYY"),
    }
    edited = st.data_editor(
        now, num_rows="dynamic", hide_index=True, column_config=columns, width="stretch",
        key=f"roi_costs_{state.work().times_typed}",
    )  # fmt: skip
    if st.button(t("roi.page.keep_costs"), type="primary", key="roi_keep_costs"):
        complete = edited.dropna(subset=["item", "amount"]).reset_index(drop=True)
        state.type_in("costs", complete.astype({column: now[column].dtype for column in _LINE}))
        st.rerun()


def keep_benefit(line: Mapping[str, Any], categories: Collection[str]) -> None:
    """Writes a benefit into the plan, in the place of one whose category is one of these."""
    now = cost_lines()
    others = now[~now["category"].isin(categories)]
    both = pd.concat([others, pd.DataFrame([line], columns=list(_LINE))], ignore_index=True)
    state.type_in("costs", both.astype({column: now[column].dtype for column in _LINE}))


def kept_benefit(categories: Collection[str]) -> Mapping[str, Any] | None:
    """The benefit of one of these categories that is in the plan, if there is one."""
    tables = state.tables()
    if tables is None or "costs" not in tables:
        return None
    lines = state.once("roi_kept", tables.fingerprint, cost_lines)
    found = lines[lines["category"].isin(categories)].to_dict("records")
    return found[0] if found else None


def plan_settings(now: Settings) -> Settings:
    """The settings of the plan, as the sliders have them."""
    t = state.words()
    one, two, three = st.columns(3)
    return now.with_(
        discount_rate=one.slider(
            t("roi.page.discount_rate"),
            0.0,
            100.0,
            round(now.discount_rate * 100, 6),
            0.5,
            key="roi_rate",
            format="localized",
        )
        / 100,
        horizon_months=two.slider(
            t("roi.page.horizon"), 1, max(60, now.horizon_months), now.horizon_months, key="roi_horizon"
        ),
        users=three.number_input(t("roi.page.users"), 1, 1_000_000, now.users, key="roi_users"),
        hourly_cost=one.number_input(
            t("roi.page.hourly_cost"), 0.0, None, now.hourly_cost, key="roi_hourly_cost", format=_PLAIN
        ),
        gross_margin=_share(two, "gross_margin", now.gross_margin),
    )


def _share(where: Any, name: str, now: float | None) -> float | None:
    percent = where.number_input(
        state.words()(f"roi.page.{name}"), 0.0, 100.0, None if now is None else round(now * 100, 6),
        key=f"roi_{name}", format=_PLAIN,
    )  # fmt: skip
    return None if percent is None else percent / 100


def assumptions() -> Assumptions:
    """What the user supposes, as the sliders have it; all at nothing to begin with."""
    t = state.words()
    st.caption(say("roi.page.assumptions_help"))
    key = state.work().times_typed
    one, two, three = st.columns(3)
    return Assumptions(
        hours_saved=one.slider(t("roi.page.hours_saved"), 0.0, 20.0, 0.0, 0.25, key=f"roi_hours_{key}",
            format="localized",
        ),
        recapture=one.slider(
            t("roi.page.recapture"), 0, 100, 50, 5, key="roi_recapture", help=say("roi.page.recapture_help")
        )
        / 100,
        extra_sales=two.number_input(t("roi.page.extra_sales"), 0.0, None, 0.0, key=f"roi_sales_{key}",
            format=_PLAIN,
        ),
        systems_retired=two.number_input(
            t("roi.page.systems_retired"), 0.0, None, 0.0, key=f"roi_systems_{key}", format=_PLAIN
        ),
        errors_avoided=three.number_input(
            t("roi.page.errors_avoided"), 0.0, None, 0.0, key=f"roi_errors_{key}", format=_PLAIN
        ),
        attribution=three.slider(
            t("roi.page.attribution"), 0, 100, 100, 5, key="roi_attribution",
            help=say("roi.page.attribution_help"),
        )
        / 100,
    )  # fmt: skip


def keep_button(chosen: Settings, supposed: tuple[Benefit, ...]) -> None:
    """A button that writes the sliders into the assessment: its settings, and assumed lines of its costs."""
    t = state.words()
    if not supposed and chosen == state.settings():
        return
    if st.button(t("roi.page.keep_assumptions"), key="roi_keep", help=say("roi.page.kept")):
        now = cost_lines()
        added = [
            {
                "item": t(f"benefits.{line.stream}"),
                "category": t(f"roi.page.assumed_{line.stream}"),
                "amount": line.amount * line.attribution * line.recapture,
                "period": MONTH,
            }
            for line in supposed
        ]
        state.set_settings(chosen)
        if added:
            both = pd.concat([now, pd.DataFrame(added, columns=list(_LINE))], ignore_index=True)
            state.type_in("costs", both.astype({column: now[column].dtype for column in _LINE}))
        st.rerun()
