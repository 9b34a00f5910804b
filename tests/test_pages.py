"""Every page opens, in both languages, with nothing loaded and with the sample company."""

import pytest
from streamlit.testing.v1 import AppTest

from crmeval.ui.navigation import PAGES
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


@pytest.mark.parametrize("name", NAMES)
def test_a_page_answers_from_the_sample(sample, name):
    language, at = sample
    open_page(at, name)
    assert at.title[0].value == Words(language)(f"pages.{name}.title")
    if name != "data":
        assert at.metric, "a page without a number answers nothing"


def test_switching_the_language_keeps_the_work():
    at = start("en")
    at.button(key="data_sample").click().run()
    open_page(at, "time")
    at.button_group(key="lang").set_value("ru").run()
    assert at.title[0].value == Words("ru")("pages.time.title")
    assert at.metric
