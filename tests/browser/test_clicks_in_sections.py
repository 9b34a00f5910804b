"""What is clicked in a section runs that section alone: the rest of the page is not asked again."""

from playwright.sync_api import expect
from steps import choose, go, sample, settled, visit
from streamlit.proto.BackMsg_pb2 import BackMsg

from crmeval.words import Words

T = Words("en")
STAGE = "Offer"


def listened(page):
    """The runs that the page asks the server for from now on: for each the part it is for, or nothing."""
    asked = []

    def sent(frame):
        told = BackMsg.FromString(frame)
        if told.WhichOneof("type") == "rerun_script":
            asked.append(told.rerun_script.fragment_id)

    page.on("websocket", lambda socket: socket.on("framesent", sent))
    return asked


def test_a_click_in_a_section_runs_a_part_of_the_page(page, app_url):
    asked = listened(page)
    visit(page, app_url, "en")
    sample(page, "en")
    go(page, "en", "bottlenecks")
    assert asked
    assert not any(asked)  # whole pages so far

    asked.clear()
    page.get_by_role("tab", name=T("time.stages"), exact=True).click()
    settled(page)
    choose(page, page, T("time.choose_stage"), STAGE)
    page.get_by_role("tab", name=T("time.what_if"), exact=True).click()
    settled(page)
    said = page.get_by_test_id("stMain").locator("h4").first
    before = said.inner_text()
    page.get_by_role("slider", name=T("what_if.faster", stage=STAGE)).press("ArrowRight")
    expect(said).not_to_have_text(before)
    settled(page)
    tab, listed, other_tab, slider = asked
    assert tab == listed == other_tab  # the section
    assert slider not in ("", tab)  # a part of it


def test_pages_of_plans_and_answers_run_a_part_too(page, app_url):
    asked = listened(page)
    visit(page, app_url, "en")
    sample(page, "en")
    go(page, "en", "roi")
    said = page.get_by_test_id("stMain").locator("h4").first
    before = said.inner_text()
    asked.clear()
    page.get_by_role("slider", name=T("roi.page.horizon")).press("ArrowLeft")
    expect(said).not_to_have_text(before)
    settled(page)
    assert all(asked)
    go(page, "en", "impact")
    asked.clear()
    choose(page, page, T("impact.kpi"), T("codes.kpi.won"))
    assert all(asked)
    for name, section in (("feedback", "segments"), ("ease", "adoption")):
        go(page, "en", name)
        asked.clear()
        page.get_by_role("tab", name=T(f"{name}.sections.{section}"), exact=True).click()
        settled(page)
        assert asked
        assert all(asked)
    page.get_by_text(T("app.how"), exact=True).click()
    expect(page.get_by_text(T("measures.adoption.stopped.definition")).first).to_be_visible()
    assert all(asked)
