"""The mapping screen: questions are answered; changes are kept, undone, redone, saved and loaded."""

import time

import pytest
from test_pages import start

from crmeval.mapping import from_toml, to_toml
from crmeval.words import Words

T = Words("en")
UNCLEAR = "Deal ID,Created,Closed,Status,Amount,Owner\n" + "".join(
    f"{n},0{1 + n % 5}/0{1 + n % 3}/2024,0{2 + n % 5}/0{1 + n % 3}/2024,{end},{n},{who}\n"
    for n, (end, who) in enumerate([("Won", "Ann"), ("Lost", "Bob"), ("Open", "A. Bob")] * 20)
)


def opened(*files):
    """The app with files handed in; nothing is accepted yet."""
    at = start("en")
    at.file_uploader[0].upload(*files[0]) if len(files) == 1 else at.file_uploader[0].set_value(list(files))
    at.run()
    assert not at.exception, [one.message for one in at.exception]
    return at


def work(at):
    return at.session_state["crmeval"]


def mapping(at):
    return work(at).proposal.sheets[0]


def press(at, label):
    next(button for button in at.button if button.label == label).click()
    at.run()
    assert not at.exception, [one.message for one in at.exception]


def edit(at, key, row, **cells):
    """An edit in a table, as the browser sends it."""
    at.session_state[f"map{work(at).revision}_0_{key}"] = {
        "edited_rows": {row: cells}, "added_rows": [], "deleted_rows": [],
    }  # fmt: skip
    at.run()
    assert not at.exception, [one.message for one in at.exception]


@pytest.fixture
def unclear():
    return opened(("deals.csv", UNCLEAR.encode(), "text/csv"))


def test_an_ambiguous_order_is_asked_with_its_consequences_answered_undone_and_redone(unclear):
    at = unclear
    assert mapping(at).unclear == ("Created", "Closed")
    said = " ".join(one.value for one in at.markdown)
    assert "median 1 day" in said
    assert "median 31 days" in said
    press(at, T("data.choose_mdy"))
    assert (mapping(at).unclear, mapping(at).date_formats["Closed"]) == ((), "mdy")
    press(at, T("data.undo"))
    assert mapping(at).unclear == ("Created", "Closed")
    press(at, T("data.redo"))
    assert mapping(at).date_formats == {"Created": "mdy", "Closed": "mdy"}
    press(at, T("data.use"))
    assert work(at).tables.value(work(at).tables["deals"].created_at.max()).month == 5


def test_a_field_given_to_another_column_leaves_its_own(unclear):
    at = unclear
    edit(at, "columns", 5, field=T("fields.deals.team"))
    assert mapping(at).columns["team"] == "Owner"
    assert "owner" not in mapping(at).columns
    assert mapping(at).confidence["team"] == 1
    edit(at, "columns", 5, field=T("data.no_column"))
    assert "Owner" not in mapping(at).columns.values()


def test_values_are_mapped_and_ordered(unclear):
    at = unclear
    at.session_state["values_deals.csv"] = True
    at.run()
    edit(at, "ends", 0, end=T("outcomes.lost"))
    assert mapping(at).outcomes["Won"] == "lost"
    at.session_state["values_deals.csv"] = True  # the browser sends it with every run
    at.run()
    at.session_state["values_deals.csv"] = True
    at.selectbox(key="values_field_deals.csv").set_value("owner").run()
    at.session_state["values_deals.csv"] = True
    rows = ["Ann", "Bob", "A. Bob"]
    edit(at, "values_owner", rows.index("A. Bob"), meant="Bob")
    assert mapping(at).meanings == {"owner": {"A. Bob": "Bob"}}
    press(at, T("data.use"))
    owners = work(at).tables["deals"].owner.nunique()
    assert work(at).tables.value(owners) == 2


def test_dates_that_were_exchanged_change_back_on_the_users_word_only():
    days = [f"2024-{1 + n % 12:02}-{1 + n // 12:02}" for n in range(100)]
    rows = "".join(f"{n},{day},Won,5\n" for n, day in enumerate(days))
    at = opened(("deals.csv", f"Deal ID,Created,Status,Amount\n{rows}".encode(), "text/csv"))
    assert mapping(at).swapped == {}
    press(at, T("data.swap_leave"))
    assert mapping(at).swapped == {"Created": "none"}
    assert T("data.swap_leave") not in {button.label for button in at.button}
    press(at, T("data.undo"))
    press(at, next(one.label for one in at.button if one.label.startswith("Change day and month back")))
    assert mapping(at).swapped == {"Created": "all"}


def test_a_saved_mapping_is_loaded_and_what_does_not_fit_is_told(unclear):
    at = unclear
    saved = to_toml(work(at).proposal).replace('amount = "Amount"', 'amount = "Budget"')
    saved = saved.replace('outcome = "Status"', 'stage = "Status"').encode()
    next(one for one in at.file_uploader if one.label == T("data.map_file")).upload(
        "mapping.toml", saved, "application/toml"
    ).run()
    assert not at.exception, [one.message for one in at.exception]
    assert mapping(at).columns["stage"] == "Status"
    assert "amount" not in mapping(at).columns
    assert any("Budget" in one.value for one in at.warning)
    press(at, T("data.undo"))
    assert mapping(at).columns["amount"] == "Amount"


def test_a_file_that_is_no_mapping_says_why(unclear):
    at = unclear
    for content in (b"[[sheets", b"\xff\xfe\x00", b""):
        next(one for one in at.file_uploader if one.label == T("data.map_file")).upload(
            "mapping.toml", content, "application/toml"
        ).run()
        assert len(at.error) == 1
        assert not at.exception


@pytest.mark.slow
def test_twenty_sheets_of_forty_columns_are_shown_well_below_a_second():
    header = "Deal ID,Created,Stage,Amount," + ",".join(f"Field {n}" for n in range(36)) + "\n"
    rows = "".join(f"{n},2024-01-{1 + n % 28:02},Won,5," + ",".join(["x"] * 36) + "\n" for n in range(50))
    files = [(f"deals{n}.csv", (header + rows.replace("2024", str(2000 + n))).encode(), "text/csv")
             for n in range(20)]  # fmt: skip
    at = opened(*files)
    for n in range(20):
        at.session_state[f"sheet_deals{n}.csv"] = True
    at.run()
    assert len(at.dataframe) + len(at.get("arrow_data_frame")) >= 20
    began = time.process_time()
    at.run()
    took = time.process_time() - began
    print(f"20 sheets x 40 columns: {took:.2f} s of script")  # noqa: T201
    assert took < 1


def test_a_mapping_that_was_shown_is_what_its_file_says(unclear):
    proposal = work(unclear).proposal
    again = from_toml(to_toml(proposal, work(unclear).sheets))
    assert again.sheets[0].columns == proposal.sheets[0].columns
    assert again.sheets[0].unclear == proposal.sheets[0].unclear
