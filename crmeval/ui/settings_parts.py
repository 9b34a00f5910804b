"""The questions no spreadsheet answers: about the company, the dates and the money."""

from typing import Any

import streamlit as st

from crmeval.ui import state
from crmeval.ui.parts import say
from crmeval.ui.working_time_parts import keep_settings, working_time_form

_CURRENCIES = ("", "RUB", "USD", "EUR", "GBP", "KZT", "BYN", "UZS", "AED", "CNY")


def settings_form() -> None:
    """A form of all settings that change numbers; kept when sent."""
    t = state.words()
    now = state.settings()
    with st.form("settings", border=False):
        one, two, three = st.columns(3)
        changed: dict[str, Any] = {
            "company": one.text_input(t("settings.company"), now.company),
            "currency": one.selectbox(
                t("settings.currency"), _CURRENCIES,
                index=_CURRENCIES.index(now.currency) if now.currency in _CURRENCIES else 0,
                format_func=lambda code: code or t("settings.no_currency"),
            ),
            "go_live": two.date_input(
                t("settings.go_live"), now.go_live, format="DD.MM.YYYY", help=say("settings.go_live_help")
            ),
            "ramp_up_months": two.number_input(
                t("settings.ramp_up_months"), 0, 24, now.ramp_up_months, help=say("settings.ramp_up_help")
            ),
            "users": three.number_input(t("settings.users"), 1, 1_000_000, now.users),
            "hourly_cost": three.number_input(
                t("settings.hourly_cost"), 0.0, None, now.hourly_cost, help=say("settings.hourly_cost_help")
            ),
            "gross_margin": one.number_input(
                t("settings.gross_margin"), 0.0, 1.0, now.gross_margin, step=0.05,
                help=say("settings.margin_help"),
            ),
            "discount_rate": two.number_input(
                t("settings.discount_rate"), 0.0, 1.0, now.discount_rate, step=0.01
            ),
            "horizon_months": three.number_input(t("settings.horizon_months"), 1, 240, now.horizon_months),
        }  # fmt: skip
        if st.form_submit_button(t("settings.keep"), type="primary"):
            keep_settings(now, changed)
    working_time_form()
