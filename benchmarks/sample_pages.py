"""The pages of ease of use, feedback, impact and ROI with the sample company, in a real browser.

    python benchmarks/sample_pages.py

Per control medians of milliseconds, as `time_page.py` prints them for the pages of deals.
"""

from functools import partial

from clicks import Visitor, Words, visitor

T = Words("en")


def _point(visit: Visitor, key: str, turn: int) -> None:
    """A mark of a chart that is no bar."""
    marks = visit.key(key).locator("svg.marks .mark-symbol [aria-roledescription]")
    marks.nth(turn % min(marks.count(), 3)).click()


def _ease(visit: Visitor) -> None:
    visit.turn_to("ease", T)
    visit.asked("ease: every section", visit.tab, 3, 9)
    visit.section("ease.sections.usability", T)
    visit.asked("usability: groups by", partial(visit.choose, "ease_by"), 3)
    visit.asked("usability: a group in the chart", partial(_point, visit, "ease_scale"), 3)


def _feedback(visit: Visitor) -> None:
    visit.turn_to("feedback", T)
    visit.asked("feedback: a score in the chart", partial(visit.mark, "feedback_distribution"), 3)
    visit.asked("feedback: every section", visit.tab, 3, 9)
    visit.section("feedback.sections.segments", T)
    visit.asked("feedback: segments by", partial(visit.choose, "feedback_column"), 3)
    visit.asked("feedback: fewest answers", partial(visit.slide, "feedback_fewest"))


def _impact(visit: Visitor) -> None:
    visit.turn_to("impact", T)
    visit.asked("impact: the figure", partial(visit.choose, "impact_kpi"), 3)


def _roi(visit: Visitor) -> None:
    visit.turn_to("roi", T)
    visit.asked("roi: hours saved", partial(_to_the_right, visit, "[class*=st-key-roi_hours_]"))
    for name in ("payback", "scenarios", "lines"):
        visit.section(f"roi.sections.{name}", T)
        visit.asked(f"roi: discount rate ({name})", partial(visit.slide, "roi_rate"))
    visit.asked("roi: horizon", partial(visit.slide, "roi_horizon"))
    visit.asked("roi: every section", visit.tab, 3, 9)


def _to_the_right(visit: Visitor, where: str, _turn: int) -> None:
    visit.page.locator(where).first.locator("input[type=range]").press("ArrowRight")


def main() -> None:
    """Every control of the four pages, one after the other."""
    with visitor() as visit:
        visit.page.goto(f"{visit.url}/?lang=en")
        visit.page.get_by_role("button", name=T("app.try_sample")).first.click()
        visit.page.get_by_text(T("data.ready")).first.wait_for()
        visit.settled()
        visit.heading()
        for page in (_ease, _feedback, _impact, _roi):
            page(visit)


if __name__ == "__main__":
    main()
