"""What a click in a chart chooses, the list below it chooses too: a keyboard reaches it."""

import pytest
from test_pages import open_page, open_section, start

CHOICES = {"accuracy": "accuracy_field", "retention": "retention_cohort"}
SECTION_CHOICES = {"stages": "time_stage", "bottlenecks": "time_bottleneck"}


@pytest.fixture(scope="module")
def sample():
    at = start("en")
    return at.button(key="data_sample").click().run()


@pytest.mark.parametrize(("page", "key"), CHOICES.items())
def test_a_list_narrows_the_rows_as_a_click_does(sample, page, key):
    _narrows(open_page(sample, page), key)


@pytest.mark.parametrize(("section", "key"), SECTION_CHOICES.items())
def test_a_list_narrows_the_rows_of_a_section_too(sample, section, key):
    _narrows(open_section(open_page(sample, "bottlenecks"), "bottlenecks", section), key)


def _narrows(at, key):
    before = [tuple(frame.value.columns) + tuple(frame.value.shape) for frame in at.dataframe]
    at.selectbox(key=key).set_value(at.selectbox(key=key).options[0]).run()
    assert not at.exception
    after = [tuple(frame.value.columns) + tuple(frame.value.shape) for frame in at.dataframe]
    assert before != after
