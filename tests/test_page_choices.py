"""What a click in a chart chooses, the list below it chooses too: a keyboard reaches it."""

import pytest
from test_pages import open_page, start

CHOICES = {"time": "time_stage", "accuracy": "accuracy_field", "retention": "retention_cohort"}


@pytest.fixture(scope="module")
def sample():
    at = start("en")
    return at.button(key="data_sample").click().run()


@pytest.mark.parametrize(("page", "key"), CHOICES.items())
def test_a_list_narrows_the_rows_as_a_click_does(sample, page, key):
    at = open_page(sample, page)
    before = [tuple(frame.value.columns) + tuple(frame.value.shape) for frame in at.dataframe]
    at.selectbox(key=key).set_value(at.selectbox(key=key).options[0]).run()
    assert not at.exception
    after = [tuple(frame.value.columns) + tuple(frame.value.shape) for frame in at.dataframe]
    assert before != after
