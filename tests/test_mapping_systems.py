"""What each CRM exports, from the sheet to the tables, with the traps that each sets.

The headers are those the systems write; the rows are made up, and their figures counted by hand.
"""

import pytest
from mapping_sheets import moment, notes, rows, sheet

from crmeval.analyses import stages
from crmeval.mapping import SheetMapping, apply, propose
from crmeval.reading import read_file
from crmeval.settings import Settings


def read(*sheets):
    """The proposed mapping of the first sheet, and the tables of all."""
    proposal = propose(sheets)
    return proposal.sheets[0], apply(sheets, proposal)


def from_csv(*lines, mark=";"):
    return read(*read_file("export.csv", "\n".join(line.replace("|", mark) for line in lines).encode()))


def aside(tables):
    found = tables.set_aside[["row", "reason"]]
    return sorted(found.itertuples(index=False, name=None))


BITRIX = (
    "ID|Название сделки|Стадия сделки|Товар|Сумма|Ответственный|Дата создания|Предполагаемая дата закрытия"
    "|Дата изменения стадии|Компания|"
)


def test_bitrix_product_rows_are_one_deal_with_the_sum_of_its_lines():
    mapping, tables = from_csv(
        BITRIX,
        "7|Мебель|Сделка успешна|Стол|1000|Иванов|01.02.2024|31.03.2024|15.02.2024|Ромашка|",
        "7|Мебель|Сделка успешна|Стул|300,50|Иванов|01.02.2024|31.03.2024|15.02.2024|Ромашка|",
        "8|Окна|Переговоры|Окно|450|Петров|20.02.2024|30.04.2024|21.02.2024|Лютик|",
        "9|Двери|Провалена||90|Петров|21.02.2024|30.04.2024|25.02.2024|Астра|",
    )
    assert (mapping.table, mapping.source) == ("deals", "bitrix24")
    assert rows(tables, "deals", "deal_id", "outcome", "amount") == [
        ("7", "won", 1300.5), ("8", "open", 450.0), ("9", "lost", 90.0),
    ]  # fmt: skip
    receipt = tables.imports[0]
    assert (receipt.rows_read, receipt.rows_used, receipt.rows_set_aside) == (4, 3, 1)
    assert receipt.sums == {"amount": (1840.5, 1840.5)}
    assert aside(tables) == [(3, "product_row")]
    assert notes(tables)["product_row"]["n"] == 1


def test_bitrix_hoped_for_close_is_kept_beside_the_fields():
    mapping, tables = from_csv(
        BITRIX,
        "7|Мебель|Сделка успешна|Стол|1000|Иванов|01.02.2024|31.03.2024|15.02.2024|Ромашка|",
        "8|Окна|Провалена|Окно|450|Петров|20.02.2024|30.04.2024|21.02.2024|Лютик|",
    )
    assert "Предполагаемая дата закрытия" not in mapping.columns.values()
    assert rows(tables, "deals", "closed_at") == [(moment("2024-02-15"),), (moment("2024-02-21"),)]
    assert "Предполагаемая дата закрытия" in tables.labels("deals").values()


def test_salesforce_saves_in_the_same_stage_are_no_steps():
    _, tables = read(
        sheet(
            "Id|Name|StageName|Amount|CloseDate|CreatedDate|IsClosed|IsWon",
            "o1|A|Closed Won|120|2024-01-25|2024-01-01|true|true",
            "o2|B|Closed Lost|50|2024-01-03|2024-01-02|true|false",
            file="Opportunity.csv",
        ),
        sheet(
            "Id|OpportunityId|CreatedById|CreatedDate|StageName|Amount|CloseDate|Probability|SystemModstamp",
            "h1|o1|u1|2024-01-01T10:00:00Z|Prospecting|100|2024-03-01|10|2024-01-05T10:00:00Z",
            "h2|o1|u1|2024-01-05T10:00:00Z|Prospecting|120|2024-03-01|10|2024-01-09T10:00:00Z",
            "h3|o1|u1|2024-01-09T10:00:00Z|Proposal|120|2024-03-01|50|2024-01-25T10:00:00Z",
            "h4|o1|u1|2024-01-25T10:00:00Z|Closed Won|120|2024-03-01|100|2024-01-25T10:00:00Z",
            "h5|o2|u2|2024-01-02T10:00:00Z|Prospecting|50|2024-03-01|10|2024-01-03T10:00:00Z",
            "h6|o2|u2|2024-01-03T10:00:00Z|Closed Lost|50|2024-03-01|0|2024-01-03T10:00:00Z",
            file="OpportunityHistory.csv",
        ),
    )
    assert [one.table for one in tables.imports] == ["deals", "stage_events"]
    assert tables.imports[1].rows_used == 6
    result = stages.run(tables, Settings(), {})
    counted = result.tables["stages"].set_index("stage")
    assert counted.loc["Prospecting", ["stays", "reentries"]].tolist() == [2, 0]
    assert counted.loc["Prospecting", "stay_median"] == pytest.approx((8 + 1) / 2)  # 1 to 9 January, 2 to 3
    moved = result.tables["transitions"]
    assert set(zip(moved["from"], moved["to"], strict=True)) == {
        ("Prospecting", "Proposal"), ("Proposal", "Closed Won"), ("Prospecting", "Closed Lost"),
    }  # fmt: skip


def test_of_a_salesforce_field_history_only_changes_of_the_stage_are_steps():
    mapping, tables = read(
        sheet(
            "Id|IsDeleted|OpportunityId|CreatedById|CreatedDate|Field|DataType|OldValue|NewValue",
            "f1|false|o1|u1|2024-01-01T10:00:00Z|created|Text||",
            "f2|false|o1|u1|2024-01-05T10:00:00Z|Amount|Double|100|120",
            "f3|false|o1|u1|2024-01-09T10:00:00Z|StageName|DynamicEnum|Prospecting|Proposal",
            "f4|false|o1|u1|2024-01-25T10:00:00Z|StageName|DynamicEnum|Proposal|Closed Won",
            "f5|false|o2|u2|2024-01-03T10:00:00Z|CloseDate|DateOnly|2024-03-01|2024-01-03",
        )
    )
    assert (mapping.table, mapping.source) == ("stage_events", "salesforce")
    assert rows(tables, "stage_events", "deal_id", "stage") == [("o1", "Proposal"), ("o1", "Closed Won")]
    assert aside(tables) == [(2, "other_field"), (3, "other_field"), (6, "other_field")]
    assert notes(tables)["other_field"] == {"column": "Field", "n": 3}


def test_a_salesforce_report_of_the_field_history_is_read_like_it():
    mapping, tables = read(
        sheet(
            "Opportunity Name|Edited By|Field / Event|Old Value|New Value|Edit Date",
            "Acme|Ann|Stage|Prospecting|Proposal|1/15/2024",
            "Acme|Ann|Amount|100|120|1/16/2024",
            "Acme|Ann|Stage|Proposal|Closed Won|1/25/2024",
            "Bolt|Ann|Stage|Prospecting|Closed Lost|1/25/2024",
        )
    )
    assert mapping.columns["deal_id"] == "Opportunity Name"
    assert rows(tables, "stage_events", "deal_id", "stage", "entered_at") == [
        ("Acme", "Proposal", moment("2024-01-15")),
        ("Acme", "Closed Won", moment("2024-01-25")),
        ("Bolt", "Closed Lost", moment("2024-01-25")),
    ]
    assert aside(tables) == [(3, "other_field")]


def test_lines_under_a_salesforce_report_are_no_deals():
    _, tables = from_csv(
        "Opportunity Owner|Account Name|Opportunity Name|Stage|Amount|Close Date|Created Date|Lead Source",
        "Ann|Acme|Deal A|Closed Won|100|1/25/2024|1/1/2024|Web",
        "Bob|Bolt|Deal B|Prospecting|50|3/25/2024|1/2/2024|Web",
        "Bob|Cobb|Deal C|Closed Lost|50|3/25/2024|1/2/2024|Web",
        "",
        "",
        "Opportunity Report",
        "Copyright (c) 2000-2024 salesforce.com inc. All rights reserved.",
        "Confidential Information - Do Not Distribute",
        "Generated By: Ann Smith 3/26/2024",
        mark=",",
    )
    assert rows(tables, "deals", "deal_id", "outcome") == [
        ("Deal A", "won"), ("Deal B", "open"), ("Deal C", "lost"),
    ]  # fmt: skip
    assert [reason for _, reason in aside(tables)] == ["footer"] * 4


def test_a_lost_pipedrive_deal_keeps_its_stage():
    _, tables = read(
        sheet(
            "Deal - ID|Deal - Title|Deal - Stage|Deal - Status|Deal - Deal created|Deal - Won time"
            "|Deal - Lost time|Deal - Deal closed on|Deal - Expected close date|Deal - Value",
            "1|A|Offer|Lost|2024-01-02||2024-02-01|2024-02-01|2024-03-01|10",
            "2|B|Offer|Won|2024-01-03|2024-02-02||2024-02-02|2024-03-02|20",
            "3|C|Offer|Open|2024-01-04||||2024-03-02|30",
        )
    )
    assert rows(tables, "deals", "stage", "outcome", "closed_at") == [
        ("Offer", "lost", moment("2024-02-01")),
        ("Offer", "won", moment("2024-02-02")),
        ("Offer", "open", None),
    ]


def hubspot(*parts):
    return ["Record ID", "Deal Name", "Deal Stage", "Pipeline", "Create Date", *parts]


def test_hubspot_stage_dates_become_stays_with_their_ends():
    header = hubspot(
        'Date entered "Appointment (Sales Pipeline)"',
        'Date exited "Appointment (Sales Pipeline)"',
        'Cumulative time in "Appointment (Sales Pipeline)"',
        'Date entered "Closed won (Sales Pipeline)"',
        'Date exited "Closed won (Sales Pipeline)"',
    )
    mapping, tables = read(
        sheet(
            header,
            "1|A|Closed won|Sales|2024-01-01|2024-01-01 10:00|2024-01-05 10:00|345600|2024-01-05 10:00|",
            "2|B|Appointment|Sales|2024-01-02|2024-01-02 10:00||345600||",
        )
    )
    assert mapping.stage_columns == {header[5]: "Appointment", header[8]: "Closed won"}
    assert mapping.stage_exits == {header[5]: header[6], header[8]: header[9]}
    assert sorted(rows(tables, "stage_events", "deal_id", "stage", "entered_at", "left_at"), key=str) == [
        ("1", "Appointment", moment("2024-01-01 10:00"), moment("2024-01-05 10:00")),
        ("1", "Closed won", moment("2024-01-05 10:00"), None),
        ("2", "Appointment", moment("2024-01-02 10:00"), None),
    ]
    assert set(tables.labels("deals").values()) == {"Deal Name", header[7]}


def test_stages_of_two_hubspot_pipelines_are_told_apart():
    header = hubspot(
        'Date entered "New (Sales)"', 'Date entered "Closed won (Sales)"', 'Date entered "New (Service)"',
        'Date entered "Closed won (Service)"',
    )  # fmt: skip
    mapping, _ = read(
        sheet(
            header,
            "1|A|Closed won|Sales|2024-01-01|2024-01-01|2024-01-05||",
            "2|B|New|Service|2024-01-02|||2024-01-02|2024-01-09",
        )
    )
    assert list(mapping.stage_columns.values()) == [
        "Sales / New",
        "Closed won",
        "Service / New",
        "Closed won",
    ]


def test_hidden_columns_of_dynamics_hold_the_id():
    mapping, tables = read(
        sheet(
            "(Do Not Modify) Opportunity|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Topic"
            "|Potential Customer|Est. Close Date|Est. Revenue|Actual Close Date|Actual Revenue|Status"
            "|Status Reason|Owner|Created On",
            "6f1c-01|aa=|2024-02-01|A|Acme|2024-03-01|1000|2024-02-01|900|Won|Won|Ann|2024-01-01",
            "6f1c-02|ab=|2024-02-02|B|Bolt|2024-03-01|2000|2024-02-02|0|Lost|Canceled|Bob|2024-01-02",
            "6f1c-03|ac=|2024-02-03|C|Cobb|2024-04-01|3000|||Open|In Progress|Bob|2024-01-03",
        )
    )
    assert mapping.source == "dynamics365"
    assert not {"(Do Not Modify) Row Checksum", "(Do Not Modify) Modified On"} & {*mapping.columns.values()}
    assert rows(tables, "deals", "deal_id", "outcome", "closed_at", "amount") == [
        ("6f1c-01", "won", moment("2024-02-01"), 900.0),
        ("6f1c-02", "lost", moment("2024-02-02"), 0.0),
        ("6f1c-03", "open", None, None),
    ]


def test_amocrm_headers_that_stand_twice_are_two_columns():
    mapping, tables = from_csv(
        "ID|Название сделки|Бюджет|Ответственный|Дата создания сделки|Этап сделки|Воронка|Источник|Товар"
        "|Источник|Товар",
        "1|A|100|Иванов|15.02.2024|Успешно реализовано|Продажи|сайт|Стол|реклама|Стул",
        "2|B|200|Петров|16.02.2024|Закрыто и не реализовано|Продажи|звонок|Шкаф|показ|Полка",
        mark=",",
    )
    assert mapping.columns["source"] == "Источник"
    assert rows(tables, "deals", "source", "product", "outcome") == [
        ("сайт", "Стол", "won"), ("звонок", "Шкаф", "lost"),
    ]  # fmt: skip
    labels = {header: name for name, header in tables.labels("deals").items()}
    second = labels["Источник (2)"], labels["Товар (2)"]
    assert rows(tables, "deals", *second) == [("реклама", "Стул"), ("показ", "Полка")]


AMO = "ID|Название сделки|Бюджет|Дата создания сделки|Этап сделки|Воронка"


def test_an_amocrm_stage_is_one_of_its_pipeline():
    _, tables = read(
        sheet(
            AMO,
            "1|A|100|15.02.2024|Первичный контакт|Ортодонтия",
            "2|B|200|16.02.2024|Первичный контакт|Имплантация",
            "3|C|300|17.02.2024|Слепки|Ортодонтия",
            "4|D|300|18.02.2024|Успешно реализовано|Ортодонтия",
            "5|E|300|19.02.2024|Успешно реализовано|Имплантация",
            "6|F|300|20.02.2024|Закрыто и не реализовано|Имплантация",
        )
    )
    assert rows(tables, "deals", "stage", "outcome") == [
        ("Ортодонтия / Первичный контакт", "open"),
        ("Имплантация / Первичный контакт", "open"),
        ("Слепки", "open"),
        ("Успешно реализовано", "won"),
        ("Успешно реализовано", "won"),
        ("Закрыто и не реализовано", "lost"),
    ]
    assert notes(tables)["stage_in_pipelines"]["stages"] == "Первичный контакт"


def test_steps_of_two_pipelines_are_told_apart_and_keep_the_order_of_their_stages():
    one = sheet(
        "ID сделки|Воронка|Новый этап|Дата перехода",
        "1|Опт|Новая|2024-02-15 10:00",
        "1|Опт|Счёт|2024-02-16 10:00",
        "2|Розница|Новая|2024-02-15 11:00",
        "2|Розница|Успешно реализовано|2024-02-17 10:00",
    )
    columns = {"deal_id": "ID сделки", "stage": "Новый этап", "entered_at": "Дата перехода"}
    mapping = SheetMapping("file.csv", "", "stage_events", columns=columns, stage_order=("Новая", "Счёт"))
    tables = apply([one], propose([one]).changed(mapping))
    assert rows(tables, "stage_events", "stage", "position") == [
        ("Опт / Новая", 1.0), ("Счёт", 2.0), ("Розница / Новая", 1.0), ("Успешно реализовано", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "nothing", ["1899-12-31", "1899-12-30 00:00:00", "31.12.1899", "0000-00-00", "01.01.0001"]
)
def test_the_first_day_of_a_calendar_is_no_date(nothing):
    _, tables = read(
        sheet(
            "Record Id|Deal Owner|Amount|Deal Name|Closing Date|Account Name.id|Stage|Created Time",
            "z1|Ann|10|A|2024-02-01|a1|Closed Won|2024-01-01",
            f"z2|Bob|20|B|{nothing}|a2|Closed Lost|2024-01-02",
            "z3|Bob|20|B|2024-02-04|a2|Closed Won|2024-01-03",
        )
    )
    assert [closed for (closed,) in rows(tables, "deals", "closed_at")] == [
        moment("2024-02-01"), None, moment("2024-02-04"),
    ]  # fmt: skip
    assert tables.problems[["row", "value", "problem"]].to_numpy().tolist() == [[3, nothing, "zero_date"]]
