"""A rule of the user's own, with the rows it is for: added, counted everywhere, gone when it is removed."""

from playwright.sync_api import expect
from steps import choose, go, says, settled, upload, visit

from crmeval.words import Words

T = Words("en")
# Of sixty clients thirty give a telephone; five of the twelve important ones do not.
RECORDS = "Record ID,Contact owner,Name,Rank,Phone\n" + "".join(
    f"R{n:03d},{'AB'[n % 2]}nn,Name {n},{'vip' if n < 12 else 'usual'},"
    f"{f'+44 20 7946 0{n:03d}' if n in range(5, 35) else ''}\n"
    for n in range(60)
)


def box(page, part):
    return page.locator(f".st-key-rule_{part}")


def test_a_rule_for_some_rows_is_added_counted_and_removed(page, app_url, tmp_path):
    records = tmp_path / "contacts.csv"
    records.write_text(RECORDS, encoding="utf-8")
    visit(page, app_url, "en")
    upload(page, records)
    page.get_by_role("button", name=T("data.use")).click()
    says(page, T("data.ready"))
    go(page, "en", "accuracy")
    says(page, "The checks find nothing wrong")
    page.get_by_role("tab", name=T("accuracy.sections.checks")).click()
    settled(page)
    page.get_by_text(T("accuracy.rules.new")).click()
    box(page, "name").scroll_into_view_if_needed()  # a list closes when the page moves under it
    settled(page)
    choose(page, box(page, "must_column"), T("accuracy.rules.must"), "Phone")
    choose(page, box(page, "must_test"), T("accuracy.rules.test"), T("accuracy.tests.filled"))
    page.get_by_text(T("accuracy.rules.only_if")).click()
    settled(page)
    choose(page, box(page, "when_column"), T("accuracy.rules.when"), "Rank")
    choose(page, box(page, "when_test"), T("accuracy.rules.test"), T("accuracy.tests.equals"))
    box(page, "when_value").get_by_role("textbox").fill("vip")
    box(page, "name").get_by_role("textbox").fill("Important clients have a telephone")
    page.get_by_role("button", name=T("accuracy.rules.add"), exact=True).click()
    says(page, "The checks find 5 wrong cells")
    told = page.get_by_test_id("stMarkdownContainer").get_by_text(
        "Important clients have a telephone", exact=True
    )
    expect(told.first).to_be_visible()  # no signs of Markdown around it
    go(page, "en", "overview")
    go(page, "en", "accuracy")
    says(page, "The checks find 5 wrong cells")
    page.get_by_role("button", name=T("accuracy.rules.remove"), exact=True).click()
    says(page, "The checks find nothing wrong")
