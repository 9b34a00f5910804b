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


def test_sources_and_stages_are_told_by_their_values():
    one = sheet(
        "deal id|opened|result|zork|blim|value",
        "1|2024-01-01|won|Google|Demo|10",
        "2|2024-01-02|lost|Instagram|Proposal sent|20",
        "3|2024-01-03||Referral|Negotiation|30",
        "4|2024-01-04||Google|Demo|40",
        "5|2024-01-05||Google|Proposal sent|50",
    )
    columns = proposed(one, "deals").columns
    assert (columns.get("source"), columns.get("stage")) == ("zork", "blim")


def test_the_only_other_date_later_and_with_gaps_is_the_close():
    rows = ("1|2024-01-01|won|{}|10", "2|2024-01-02|lost|2024-02-02|20", "3|2024-01-03||2024-02-03|30")
    one = sheet(
        "deal id|opened|result|zork|value", *(row.format("2024-02-01") for row in rows), "4|2024-01-05|||40"
    )
    assert proposed(one, "deals").columns["closed_at"] == "zork"
    earlier = [row.replace("2024-02", "2023-02") for row in (row.format("2024-02-01") for row in rows)]
    one = sheet("deal id|opened|result|zork|value", *earlier, "4|2024-01-05|||40")
    assert "closed_at" not in proposed(one, "deals").columns


def test_a_flag_is_the_outcome_where_the_closing_date_stands_for_yes_alone():
    rows = ("1|2024-01-01|Y|{}|10", "2|2024-01-02|N||20", "3|2024-01-03|Y|2024-02-03|30")
    one = sheet("deal id|opened|Zork?|closed on|value", *(row.format("2024-02-01") for row in rows))
    assert proposed(one, "deals").columns["outcome"] == "Zork?"
    other = sheet("deal id|opened|Zork?|closed on|value", rows[0].format(""), rows[1], rows[2])
    assert "outcome" not in proposed(other, "deals").columns
