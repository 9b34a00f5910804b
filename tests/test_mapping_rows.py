"""What the rows say where headers say nothing: stages by their dates, items by their run of numbers."""

from mapping_sheets import sheet

from crmeval.mapping import propose

DATED = "opened|{step}|{later}|closed on|result|value"
ROWS = (
    "2024-01-01|2024-01-03||2024-01-20|won|100",
    "2024-01-02|2024-01-04|2024-01-09|2024-01-21|lost|200",
    "2024-01-05||2024-01-08|2024-01-25|won|300",
    "2024-01-06|2024-01-07||||150",
)


def proposed(one, table=None):
    return propose([one], {one.file: table} if table else None).sheets[0]


def test_dates_between_the_creation_and_the_close_are_stages_though_a_step_was_skipped():
    one = sheet(DATED.format(step="Tasting", later="Menu agreed"), *ROWS)
    assert proposed(one, "deals").stage_columns == {"Tasting": "Tasting", "Menu agreed": "Menu agreed"}


def test_dates_before_the_creation_or_of_an_end_are_no_stages():
    ended = sheet(DATED.format(step="won time", later="lost time"), *ROWS)
    assert proposed(ended, "deals").stage_columns == {}
    earlier = [row.replace("2024-01-03", "2023-01-03").replace("2024-01-04", "2023-01-04") for row in ROWS]
    one = sheet(DATED.format(step="Tasting", later="Menu agreed"), *earlier)
    assert proposed(one, "deals").stage_columns == {}


def test_columns_numbered_from_one_with_answers_on_a_scale_are_items():
    answers = sheet("Who|Zu1|Zu2|Zu3|Zu4", "Ann Poe|4|2|5|1", "Bob Fox|3|3|4|2", "Cy Ray|5|1|4|1")
    assert [proposed(answers).columns.get(f"q{n}") for n in range(1, 5)] == ["Zu1", "Zu2", "Zu3", "Zu4"]
    counts = sheet("Who|Zu1|Zu2|Zu3|Zu4", "Ann Poe|40|21|51|17", "Bob Fox|33|3|4|2", "Cy Ray|5|1|4|1")
    assert "q1" not in proposed(counts, "usability").columns
