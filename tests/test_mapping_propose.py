"""What is proposed for sheets as people export them, and what is never guessed."""

import pytest
from mapping_sheets import sheet

from crmeval.errors import MappingError
from crmeval.mapping import need, preview, propose
from crmeval.mapping.aliases import aliases
from crmeval.mapping.names import likeness, normal
from crmeval.mapping.outcomes import outcome_of
from crmeval.mapping.presets import recognise


def proposed(*sheets, **kinds):
    found = propose(sheets, {f"{name}.csv": table for name, table in kinds.items()}).sheets
    return found[0] if len(found) == 1 else found


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("OppID", "opp id"),
        ("created_at", "created at"),
        ("Дата создания сделки", "дата создания сделки"),
        ("Отчёт", "отчет"),
        ("E-mail", "e mail"),
        ("(Do Not Modify) Opportunity", "do not modify opportunity"),
    ],
)
def test_headers_are_brought_to_one_form(header, form):
    assert normal(header) == form


@pytest.mark.parametrize(
    "header", ["Номер сделки", "Кем создана сделка", "Дата редактирования", "Кем изменена", "Update time"]
)
def test_a_header_that_resembles_the_creation_date_is_not_taken_for_it(header):
    assert likeness(header, aliases("deals", "created_at")) == 0


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("Closed Won", "won"),
        ("Успешно реализовано", "won"),
        ("Сделка успешна", "won"),
        ("S", "won"),
        ("Closed Lost", "lost"),
        ("Закрыто и не реализовано", "lost"),
        ("Unsuccessful", "lost"),
        ("Отказ клиента", "lost"),
        ("Провалена", "lost"),
        ("Prospecting", "open"),
        ("В работе", "open"),
        ("Legal review", ""),
        ("Wonderland", ""),
    ],
)
def test_the_words_of_a_stage_say_how_a_deal_ended(value, outcome):
    assert outcome_of(value) == outcome


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        ("Record ID|Deal Name|Deal Stage|Pipeline|Amount|Close Date|Create Date", "hubspot"),
        ("OppID|CreatedDate|StageName|SortOrder", "salesforce"),
        ("Deal - ID|Deal - Title|Deal - Owner|Deal - Status", "pipedrive"),
        ("Record Id|Deal Owner.id|Deal Owner|Amount|Deal Name|Closing Date|Account Name.id", "zoho"),
        (
            "(Do Not Modify) Opportunity|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Topic",
            "dynamics365",
        ),
        ("ID|Название сделки|Стадия сделки|Сумма|Предполагаемая дата закрытия", "bitrix24"),
        ("ID|Название сделки|Бюджет|Ответственный|Дата создания сделки|Этап сделки|Воронка", "amocrm"),
        ("id|stage|date", "unknown"),
    ],
)
def test_a_system_is_known_by_its_headers(headers, source):
    assert recognise(headers.split("|")).source == source


def test_bitrix_hoped_for_close_is_no_close():
    one = sheet(
        "ID|Название сделки|Стадия сделки|Сумма|Предполагаемая дата закрытия|Дата создания|Компания",
        "1|А|Сделка успешна|100|25.03.2024|01.02.2024|Ромашка",
        "2|Б|Провалена|200|26.03.2024|02.02.2024|Лютик",
    )
    mapping = proposed(one)
    assert (mapping.table, mapping.source) == ("deals", "bitrix24")
    assert "closed_at" not in mapping.columns
    assert mapping.columns["created_at"] == "Дата создания"
    assert mapping.outcomes == {"Сделка успешна": "won", "Провалена": "lost"}


def test_pipedrive_loses_deals_by_status_not_by_stage():
    one = sheet(
        "Deal - ID|Deal - Title|Deal - Stage|Deal - Status|Deal - Deal created|Deal - Won time"
        "|Deal - Deal closed on"
        "|Deal - Expected close date|Deal - Value|Deal - Owner|Deal - Organization",
        "1|A|Offer|Lost|2024-01-02||2024-02-01|2024-03-01|10|Ann|Acme",
        "2|B|Offer|Won|2024-01-03|2024-02-02|2024-02-02|2024-03-02|20|Bob|Bolt",
    )
    mapping = proposed(one)
    assert mapping.columns == {
        "deal_id": "Deal - ID",
        "created_at": "Deal - Deal created",
        "closed_at": "Deal - Deal closed on",
        "outcome": "Deal - Status",
        "stage": "Deal - Stage",
        "amount": "Deal - Value",
        "customer_id": "Deal - Organization",
        "owner": "Deal - Owner",
    }
    assert mapping.outcomes == {"Lost": "lost", "Won": "won"}


def test_zoho_pairs_give_the_id_of_the_customer():
    one = sheet(
        "Record Id|Deal Owner.id|Deal Owner|Amount|Deal Name|Closing Date|Account Name.id|Account Name"
        "|Stage|Created Time",
        "z1|u1|Ann|10|A|2024-02-01|a1|Acme|Closed Won|2024-01-01",
        "z2|u2|Bob|20|B|2024-02-02|a2|Bolt|Closed Lost|2024-01-02",
    )
    columns = proposed(one).columns
    assert (columns["customer_id"], columns["owner"], columns["closed_at"]) == (
        "Account Name.id",
        "Deal Owner",
        "Closing Date",
    )


def test_hubspot_stage_dates_become_stages():
    one = sheet(
        'Record ID|Deal Name|Deal Stage|Create Date|Date entered "Offer (Sales Pipeline)"'
        '|Date entered "Closed won (Sales Pipeline)"',
        "1|A|Closed won|2024-01-01|2024-01-02|2024-01-05",
    )
    assert list(proposed(one).stage_columns.values()) == ["Offer", "Closed won"]


def test_steps_are_told_from_deals_by_ids_in_several_stages():
    steps = sheet(
        "deal|stage|date", "1|new|2024-01-01", "1|offer|2024-01-05", "2|new|2024-01-02", "2|won|2024-01-09"
    )
    deals = sheet("deal id|stage|created", "1|new|2024-01-01", "2|offer|2024-01-05", "3|won|2024-01-02")
    assert proposed(steps).table == "stage_events"
    assert proposed(deals).table == "deals"


def test_a_required_field_that_nothing_decides_is_asked_for():
    one = sheet("ID|Название сделки|Сумма|Стадия сделки", "1|А|10|Новая", "2|Б|20|В работе")
    proposal = propose([one])
    assert proposal.sheets[0].missing == ("created_at",)
    assert [(found.table, found.fields, found.unlocks.key) for found in need(proposal)] == [
        ("deals", ("created_at",), "tables.deals.adds")
    ]


def test_a_name_without_dates_beneath_is_not_the_date():
    one = sheet("deal id|stage|created at", "1|won|Ann", "2|lost|Bob", "3|won|Cid")
    assert proposed(one).missing == ("created_at",)


def test_american_dates_are_dates():
    one = sheet("deal id|stage|created at", "1|won|12/25/2023", "2|lost|12/26/2023", "3|won|01/31/2024")
    assert proposed(one).columns["created_at"] == "created at"


def test_sheets_of_no_table_are_left_out():
    assert proposed(sheet("y|X", "1.5|2.5", "1.7|2.6")).table == ""


def test_the_user_says_what_a_file_is():
    one = sheet("index|owner|city", "1|private|Berlin", "2|public|Riga", file="dirty.csv")
    mapping = proposed(one, dirty="records")
    assert (mapping.table, mapping.columns) == ("records", {"record_id": "index"})
    with pytest.raises(MappingError, match="unknown_table"):
        proposed(one, dirty="recrods")
    with pytest.raises(MappingError, match="no_such_file"):
        proposed(one, dirt="records")


def test_a_file_in_an_archive_is_known_by_the_archive_too():
    one = sheet("index|city", "1|Berlin", "2|Riga", file="export.zip/people.csv")
    assert propose([one], {"export.zip": "records"}).sheets[0].table == "records"


def test_the_question_and_the_answers_tell_the_scale():
    def scale(question, *answers):
        return proposed(
            sheet(f"customer id|{question}", *(f"c{n}|{one}" for n, one in enumerate(answers)))
        ).constants.get("scale")

    assert scale("How likely are you to recommend us?", 0, 10, 7) == "NPS"
    assert scale("How satisfied are you?", 1, 5, 4) == "CSAT"
    assert scale("It was easy to solve my problem", 1, 7, 4) == "CES"
    assert scale("Rating", 1, 5, 4) == "stars"


def test_items_are_taken_by_their_numbers():
    numbered = sheet("Q10|Q2|Q1|name", "5|4|3|Ann", "1|2|3|Bob")
    assert {name: header for name, header in proposed(numbered).columns.items() if name.startswith("q")} == {
        "q1": "Q1",
        "q2": "Q2",
        "q10": "Q10",
    }


def test_a_preview_shows_each_column_beside_its_field():
    one = sheet("deal id|stage|created|note", "1|new|2024-01-01|", "2|won|2024-01-05|x", "3|won|2024-01-06|")
    shown = {column.header: column for column in preview(one, proposed(one))}
    assert (shown["deal id"].field, shown["deal id"].samples) == ("deal_id", ("1", "2", "3"))
    assert shown["note"].field == ""
    assert shown["note"].filled == pytest.approx(1 / 3)
    assert all(0 <= column.confidence <= 1 for column in shown.values())
