"""The page on costs and benefits answers its sliders, and works before anything is uploaded."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words


def opened(language):
    at = AppTest.from_file("../app.py", default_timeout=60)
    at.query_params["lang"] = language
    at.run()
    at.switch_page("pages/roi_page.py").run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_any_upload_the_sliders_make_benefits_that_can_be_kept(language):
    words = Words(language)
    at = opened(language)
    assert not at.metric
    at.number_input(key="roi_users").set_value(10)
    at.number_input(key="roi_hourly_cost").set_value(30.0)
    at.slider(key="roi_hours_0").set_value(1.0).run()
    assert not at.exception
    shown = {metric.label: metric.value for metric in at.metric}
    assert shown[words("measures.roi.roi.name").replace("(", "\\(").replace(")", "\\)")] == "—"
    before = shown[words("measures.roi.pv_benefits.name")]
    at.button(key="roi_keep").click().run()
    assert not at.exception
    work = at.session_state["crmeval"]
    kept = work.typed["costs"]
    assert kept["amount"].tolist() == pytest.approx([10 * 52 / 12 * 30 * 0.5])
    assert (work.settings.users, work.settings.hourly_cost) == (10, 30.0)
    after = {metric.label: metric.value for metric in at.metric}[words("measures.roi.pv_benefits.name")]
    assert after == before != "—"


@pytest.mark.parametrize("language", LANGUAGES)
def test_prices_per_user_without_users_are_asked_for_once_and_answered_on_the_spot(language):
    words = Words(language)
    at = opened(language)
    line = dict.fromkeys(("item", "category", "amount", "period", "per_user", "from", "to"))
    costs = pd.DataFrame([{**line, "item": "Licences", "amount": 45.0, "period": "month", "per_user": "yes"}])
    work = at.session_state["crmeval"]
    work.tables = Tables({}).with_frame("costs", costs.astype({"from": "M8[us]", "to": "M8[us]"}))
    at.run()
    shown = " ".join(element.value for element in (*at.markdown, *at.subheader, *at.caption, *at.info))
    assert not at.exception
    assert not at.metric
    assert shown.count(words("roi.users_unknown").split(".")[0][:40]) == 1
    at.number_input(key="roi_users").set_value(10).run()
    assert not at.exception
    assert at.metric
