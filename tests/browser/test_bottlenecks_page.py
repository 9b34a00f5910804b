"""The page of bottlenecks: a stage shows its deals, a slider answers, and the answer goes into the plan."""

from playwright.sync_api import expect
from steps import choose, go, press, sample, says, settled, visit

from crmeval.words import Words

T = Words("en")
STAGE = "Legal review"


def open_section(page, name):
    page.get_by_role("tab", name=T(name), exact=True).click()
    settled(page)


def test_a_stage_shows_its_deals_a_slider_answers_and_the_answer_goes_into_the_plan(page, app_url):
    visit(page, app_url, "en")
    sample(page, "en")
    go(page, "en", "bottlenecks")
    open_section(page, "time.moves")
    boxes = page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first
    expect(boxes).to_be_visible()
    choose(page, page, T("flow_map.choose"), STAGE)
    says(page, T("time.in_stage", stage=STAGE))

    open_section(page, "time.what_if")
    said = page.get_by_test_id("stMain").locator("h4").first
    before = said.inner_text()
    slider = page.get_by_role("slider", name=T("what_if.faster", stage=STAGE))
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(said).not_to_have_text(before)
    settled(page)
    press(page, T("what_if.take"))
    says(page, STAGE)

    go(page, "en", "overview")
    go(page, "en", "bottlenecks")  # the section that was left is open again, with its slider where it was
    expect(page.get_by_role("slider", name=T("what_if.faster", stage=STAGE))).to_have_value("40")
    go(page, "en", "roi")
    open_section(page, "roi.sections.lines")
    line = T("what_if.item_forward", stages=T("what_if.one_faster", stage=STAGE, share=0.4))
    expect(page.get_by_test_id("stMain").get_by_text(line).first).to_be_attached()
