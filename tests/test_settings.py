"""Settings mean something, or say what is wrong with them."""

from datetime import date

import pytest

from crmeval.errors import SettingsError
from crmeval.settings import Settings, from_dict, from_toml
from crmeval.words import LANGUAGES, Words


def test_a_file_gives_the_settings_it_says():
    found = from_toml(
        'company = "ООО Ромашка"\ngo_live = 2024-03-01\ndiscount_rate = 0.2\n'
        '[targets]\n"accuracy.rate" = 0.99'
    )
    assert found == Settings(
        company="ООО Ромашка", go_live=date(2024, 3, 1), discount_rate=0.2, targets={"accuracy.rate": 0.99}
    )  # fmt: skip


def test_settings_survive_being_written_and_read():
    first = Settings(company="A", users=12, go_live=date(2024, 1, 5), gross_margin=0.4)
    assert from_dict(first.to_dict()) == first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("colour = 1", "colour"), ("discount_rate = 7", "discount_rate"), ("users = true", "users"),
        ('go_live = "yesterday"', "yesterday"), ("gross_margin = -0.1", "gross_margin"), ("users = ", "TOML"),
        ("horizon_months = 0", "horizon_months"), ('targets = "high"', "targets"),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_named(source, named, language):
    with pytest.raises(SettingsError) as caught:
        from_toml(source)
    assert named in Words(language)(caught.value.text)
