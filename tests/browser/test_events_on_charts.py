"""What happened on a known day stands on the chart of errors by month, with its name."""

import pytest
from playwright.sync_api import expect
from steps import go, sample, visit

from crmeval.words import Words


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_go_live_and_the_trainings_are_named_on_the_months_of_errors(page, app_url, language):
    words = Words(language)
    visit(page, app_url, language)
    sample(page, language)
    go(page, language, "accuracy")
    chart = page.get_by_test_id("stVegaLiteChart")
    for name in ("go_live", "training"):
        marked = chart.locator("svg text").filter(has_text=words(f"codes.what.{name}"))
        expect(marked.first).to_be_visible()
