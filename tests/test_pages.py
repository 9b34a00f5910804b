"""Every page opens, in both languages, with nothing loaded and with the sample company."""

import copy
import gc
import weakref

import pytest
from streamlit import config
from streamlit.runtime.caching import cache_resource_api
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.testing.v1 import AppTest

from crmeval.ui import state
from crmeval.ui.navigation import PAGES
from crmeval.ui.parts import literal
from crmeval.ui.state import Work
from crmeval.words import LANGUAGES, Words

NAMES = [entry.name for entry in PAGES]


def start(language):
    at = AppTest.from_file("../app.py", default_timeout=60)
    at.query_params["lang"] = language
    return at.run()


def open_page(at, name):
    at.switch_page(f"pages/{name}_page.py").run()
    assert not at.exception, [error.message for error in at.exception]
    return at


def open_section(at, page, section):
    """Opens a section of a page of deals, in English."""
    at.session_state[f"{page}_sections_en"] = Words("en")(f"time.{section}")
    at.run()
    assert not at.exception, [error.message for error in at.exception]
    return at


@pytest.fixture(scope="module", params=LANGUAGES)
def sample(request):
    at = start(request.param)
    at.button(key="data_sample").click().run()
    assert not at.exception, [error.message for error in at.exception]
    return request.param, at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_an_empty_page_says_what_it_needs_and_offers_the_sample(name, language):
    at = start(language)
    at = at if name == "data" else open_page(at, name)
    assert at.title[0].value == Words(language)(f"pages.{name}.title")
    offered = {button.label for button in at.button}
    assert Words(language)("app.try_sample") in offered or name == "roi"


def test_files_that_wait_to_be_confirmed_are_not_called_nothing():
    at = start("en")
    at.button(key="data_sample").click().run()
    at.session_state["crmeval"].tables = None
    open_page(at, "overview")
    said = [one.value for one in at.markdown]
    assert literal(Words("en")("app.files_wait")) in said
    assert literal(Words("en")("app.nothing_loaded")) not in said
    assert Words("en")("app.try_sample") not in {button.label for button in at.button}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_answers_from_the_sample(sample, name):
    language, at = sample
    open_page(at, name)
    assert at.title[0].value == Words(language)(f"pages.{name}.title")
    if name != "data":
        figures = [*at.metric, *(one for one in at.markdown if one.value.startswith("## "))]
        assert figures, "a page without a number answers nothing"


@pytest.mark.parametrize("name", ["time", "bottlenecks"])
def test_every_section_of_a_page_of_deals_answers_and_only_the_open_one_runs(sample, name):
    language, at = sample
    open_page(at, name)
    for label in [tab.label for tab in at.tabs]:
        at.session_state[f"{name}_sections_{language}"] = label
        at.run()
        assert not at.exception, (label, [error.message for error in at.exception])
        assert [tab.label for tab in at.tabs if tab.children] == [label]
        assert at.metric or at.dataframe, label


def test_the_open_section_stays_open_over_pages_and_languages():
    at = start("en")
    at.button(key="data_sample").click().run()
    open_section(open_page(at, "time"), "time", "cycle")
    open_page(at, "overview")
    open_page(at, "time")
    assert [tab.label for tab in at.tabs if tab.children] == [Words("en")("time.cycle")]
    at.button_group(key="lang").set_value("ru").run()
    assert [tab.label for tab in at.tabs if tab.children] == [Words("ru")("time.cycle")]


def test_switching_the_language_keeps_the_work():
    at = start("en")
    at.button(key="data_sample").click().run()
    open_page(at, "time")
    at.button_group(key="lang").set_value("ru").run()
    assert at.title[0].value == Words("ru")("pages.time.title")
    assert at.metric


def test_deleting_my_data_leaves_nothing_in_memory():
    at = start("en")
    at.button(key="data_sample").click().run()
    for name in NAMES:
        open_page(at, name)
    assert any(sent_again())
    gone = [weakref.ref(part) for part in (at.session_state["crmeval"].tables, at.session_state["crmeval"])]
    next(button for button in at.button if button.label == Words("en")("app.forget")).click().run()
    assert not at.exception
    assert not any(sent_again())
    at.session_state[TESTING_KEY].clear()  # AppTest's own memory of functions, which no server has
    assert at.session_state["crmeval"] == Work(uploaders=at.session_state["crmeval"].uploaders)
    gc.collect()
    assert [part() for part in gone] == [None, None]


def sent_again():
    """What Streamlit keeps of tables that were put together, to send it again."""
    of_sessions = cache_resource_api._resource_caches._function_caches
    return [cache._mem_cache for caches in of_sessions.values() for cache in caches.values()]


def test_a_page_that_fails_says_so_in_words_and_shows_no_trace(monkeypatch):
    def fail():
        raise ValueError("a secret of the company")

    monkeypatch.setattr(state, "assessment", fail)
    monkeypatch.setattr(state, "results", fail)
    monkeypatch.setitem(config.get_config_options(), "client.showErrorDetails", _none())
    at = start("ru")
    at.button(key="data_sample").click().run()
    at.switch_page("pages/overview_page.py").run()
    assert not at.exception
    assert [error.value for error in at.error] == [literal(Words("ru")("app.broken"))]
    assert at.title[0].value == Words("ru")("pages.overview.title")


def _none():
    option = copy.copy(config.get_config_options()["client.showErrorDetails"])
    option.set_value("none", "a test")
    return option


def test_what_was_made_is_made_once_for_the_last_few_askings(monkeypatch):
    mine, made = Work(), []
    monkeypatch.setattr(state, "work", lambda: mine)
    for asked in (1, 2, 1, 3, 2, 1):
        assert state.once("x", {"n": asked}, lambda asked=asked: made.append(asked) or asked, keep=2) == asked
    assert made == [1, 2, 3, 1]
