"""The parts every page is built of: question, answer, measures, chart, rows behind, how it was computed."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from crmeval.report.content import measure_name
from crmeval.results import Measure, Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.words import Text, Words

Made = TypeVar("Made")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")
_ADDRESS = re.compile(r"(?<=://)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_JOINER = "\u2060"  # has no width: an address with it inside is read as one, but is no link
_CARDS_IN_A_ROW = 4
_BETWEEN = " · "
_LONG = 10  # signs that a card has room for in large type


def literal(said: str) -> str:
    """The sentence with every sign that Markdown, LaTeX or HTML would obey made harmless.

    Names from uploaded files stand in our sentences; none of them may become a link, a picture or a formula.
    Bare addresses become links after the escapes are gone: they are kept apart by a sign nobody sees.
    """
    return _MARKDOWN.sub(r"\\\1", _ADDRESS.sub(_JOINER, said)).replace("\n", " ")


def say(what: Text | str, **facts: Any) -> str:
    """A sentence of the catalogue in the page's language, harmless to show."""
    return literal(state.words()(what, **facts))


def page(name: str) -> Words:
    """Opens a page: its title and the question it answers. Returns the words to go on with."""
    st.title(say(f"pages.{name}.title"))
    st.markdown(f"##### {say(f'pages.{name}.question')}")
    return state.words()


def need(name: str, *tables: str) -> Tables:
    """The tables, where one of those named is loaded (or any, where none is named); else the page ends here.

    It then says what to upload, and offers the sample company and the template; or that the files uploaded
    wait for a word.
    """
    found = state.tables()
    if found is not None and (not tables or any(table in found for table in tables)):
        return found
    with st.container(border=True):
        if found is None and state.work().sheets:  # the sample would take the place of the own data
            st.markdown(say("app.files_wait"))
            link = state.words()("app.confirm_files")
            st.page_link("pages/data_page.py", label=link, icon=":material/arrow_forward:")
            st.stop()
        if found is None:
            st.markdown(say("app.nothing_loaded"))
        st.markdown(say(f"pages.{name}.empty"))
        for table in tables:
            st.markdown(f"- **{say(f'tables.{table}.name')}**: {say(f'tables.{table}.row')}")
        starting_points(f"{name}_empty", sample=found is None)
    st.stop()
    raise AssertionError  # st.stop() never returns


def starting_points(key: str, *, upload_link: bool = True, sample: bool = True) -> None:
    """Buttons to begin with: the sample company, the own files, the template to fill in."""
    t = state.words()
    with st.container(horizontal=True, vertical_alignment="center"):
        if sample and st.button(t("app.try_sample"), type="primary", key=f"{key}_sample"):
            load_sample()
            st.rerun()
        if upload_link:
            st.page_link("pages/data_page.py", label=t("app.upload_own"), icon=":material/upload_file:")
        template_download(f"{key}_template")


def load_sample() -> None:
    """Loads the sample company, mapped and ready."""
    from crmeval.reading import read_files
    from crmeval.sample import sample_files, sample_settings

    spoken = state.language()
    state.forget()
    state.take_sheets(read_files(sample_files(spoken)))
    state.set_settings(sample_settings(spoken))
    state.apply_mapping()
    state.work().is_sample = True


def template_download(key: str) -> None:
    """A button that gives the empty workbook to fill in."""
    from crmeval.report.template import template

    t = state.words()
    st.download_button(
        t("app.template"), data=lambda: template(t), file_name="crmeval-template.xlsx", key=key,
        icon=":material/table_view:", on_click="ignore", mime=XLSX,
    )  # fmt: skip


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def counted(name: str, made_of: Any, make: Callable[[], Made], *, keep: int) -> Made:
    """What `make` counts, kept for the last few askings; where it takes a while, the page says so."""
    with st.spinner(state.words()("app.working")):
        return state.once(name, made_of, make, keep=keep)


def result(name: str) -> Result | None:
    """The result of an analysis, None where the tables do not allow it."""
    return state.results().get(name)


def answer(said: Result) -> None:
    """The answer in a sentence."""
    st.markdown(f"#### {say(said.answer)}")


def metrics(said: Result, *ids: str) -> None:
    """Cards for these measures; each explains itself, and one that could not be measured says why."""
    small = any(len(_value(said.get(measure_id))) > _LONG for measure_id in ids)
    for start in range(0, len(ids), _CARDS_IN_A_ROW):
        row = ids[start : start + _CARDS_IN_A_ROW]
        for column, measure_id in zip(st.columns(len(row)), row, strict=True):
            with column, st.container(border=True, height="stretch", gap="xxsmall"):
                _card(said, measure_id, small=small)


def _value(measure: Measure | None) -> str:
    if measure is None:
        return "—"
    return (
        measure.value if isinstance(measure.value, str) else state.words().short(measure.value, measure.unit)
    )


def _card(said: Result, measure_id: str, *, small: bool) -> None:
    measure = said.get(measure_id)
    value = literal(_value(measure))
    if measure is None:
        reason = said.not_measured.get(measure_id, "not_measured.no_data")
        _figure(say(f"measures.{measure_id}.name"), value, say(reason), small=small)
        st.caption(say(reason))
        return
    _figure(say(measure.name), value, explained(measure), small=small)
    if rests_on := basis(measure, state.words()):
        st.caption(literal(rests_on).replace(_BETWEEN, "  \n"))


def _figure(name: str, value: str, more: str, *, small: bool) -> None:
    """A name over its value, `small` beside long ones.

    A metric's own label would be cut off where there is little room.
    """
    st.markdown(f":small[{name}]", help=more)
    if small:
        st.markdown(f"## {value}")
    else:
        st.metric(name, value, label_visibility="collapsed")


def explained(measure: Measure) -> str:
    """What a measure is and its exact value, for those who ask."""
    t = state.words()
    value = t.measure(measure.value, measure.unit)
    return f"{say(measure.definition)} ({literal(value)})"


def basis(measure: Measure, t: Words) -> str:
    """What a measure rests on, in a line: its 95 % interval, where there is one, and its n."""
    counted = "" if measure.unit == "count" and measure.value == measure.n else _rests_on(measure, t)
    if measure.low is None or measure.high is None:
        return counted
    low, high = t.bare(measure.low, measure.unit), t.measure(measure.high, measure.unit)
    interval = t("app.interval_signed" if measure.low < 0 else "app.interval", low=low, high=high)
    return f"{interval}{_BETWEEN}{counted}" if counted else interval


def _rests_on(measure: Measure, t: Words) -> str:
    """Its n in words: `from 120 records`."""
    keys = (f"basis.{measure.id}", f"basis.{measure.id.split('.')[0]}", "app.n_rows")
    return t(next(filter(t.has, keys)), n=measure.n)


def notes(said: Result, besides: tuple[str, ...] = ()) -> None:
    """What was left out and what to beware of, `besides` notes whose keys begin so."""
    for note in said.notes:
        if not note.key.startswith(besides):
            st.caption(f":material/info: {say(note)}")


@st.fragment
def how(*all_said: Result | None) -> None:
    """How the numbers of a page were computed, and what could not be, with the reason; said when asked."""
    t = state.words()
    asked = st.expander(t("app.how"), icon=":material/calculate:", on_change="rerun")
    if asked.open:
        with asked:
            for said in (one for one in all_said if one is not None):
                _how(said, t)


def _how(said: Result, t: Words) -> None:
    for measure in said.measures:
        value = literal(t.measure(measure.value, measure.unit))
        rests_on = f" ({literal(said_basis)})" if (said_basis := basis(measure, t)) else ""
        st.markdown(f"**{say(measure.name)}: {value}**{rests_on}  \n{say(measure.definition)}")
    for measure_id, reason in said.not_measured.items():
        st.markdown(f"**{literal(measure_name(measure_id, t))}: —**  \n{say(reason)}")
