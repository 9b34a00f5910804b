"""The form of working hours keeps what is said, and says what cannot be."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from crmeval.settings import Settings
from crmeval.words import LANGUAGES, Words


def form():
    from crmeval.ui.working_time_parts import working_time_form

    working_time_form()


def shown(language, settings):
    at = AppTest.from_function(form, default_timeout=60)
    at.query_params["lang"] = language
    at.run()
    at.session_state["crmeval"].settings = settings
    return at.run()


def labelled(widgets, label):
    return next(widget for widget in widgets if widget.label == label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_kept_and_the_rest_stays(language):
    t = Words(language)
    before = Settings(company="A", holiday_country="DE-BY", extra_days_off=(date(2024, 5, 2),))
    at = shown(language, before)
    labelled(at.number_input, t("settings.work_begins")).set_value(8.5)
    labelled(at.selectbox, t("settings.file_time_zone")).set_value("UTC")
    labelled(at.selectbox, t("settings.time_zone")).set_value("Europe/Berlin")
    at.button(key="keep_working_time").click().run()
    assert not at.exception
    kept = at.session_state["crmeval"].settings
    assert kept == before.with_(
        working_hours=(8.5, 18.0), file_time_zone="UTC", time_zone="Europe/Berlin"
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_that_cannot_be_are_said_and_not_kept(language):
    t = Words(language)
    at = shown(language, Settings())
    labelled(at.number_input, t("settings.work_ends")).set_value(9.0)
    at.button(key="keep_working_time").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.session_state["crmeval"].settings == Settings()
