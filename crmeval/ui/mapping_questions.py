"""What only the user can decide: required columns, the order of day and month, dates that were exchanged."""

from collections.abc import Sequence

import streamlit as st

from crmeval.fields import TABLES
from crmeval.mapping import readings
from crmeval.mapping.need import Need, samples
from crmeval.mapping.readings import Question, Reading, suspicions, with_answer
from crmeval.mapping.revise import with_columns, with_swap
from crmeval.mapping.swaps import NONE, Suspicion
from crmeval.ui import state
from crmeval.ui.parts import literal, say


def questions(lacking: Sequence[Need]) -> bool:
    """Asks what must be asked; whether an answer changed the mapping."""
    mine = state.work()
    before = mine.revision
    open_questions = state.once("questions", before, lambda: readings.questions(state.calendar()))
    doubts = state.once("suspicions", before, lambda: suspicions(state.calendar()))
    for one in lacking:
        _missing(one)
    for place, question in enumerate(open_questions):
        _order(question, f"ask{before}_{place}")
    for place, ((at, _), doubt) in enumerate(doubts.items()):
        _exchanged(at, doubt, f"doubt{before}_{place}")
    return mine.revision != before


def _missing(lacks: Need) -> None:
    """A required field: what it would unlock, and the columns to choose from."""
    mine, t = state.work(), state.words()
    sheet = next(one for one in mine.sheets if (one.file, one.name) == (lacks.file, lacks.sheet))
    mapping = mine.proposal.of(lacks.file, lacks.sheet)
    for name in lacks.fields if mapping else ():
        spec = TABLES[lacks.table]
        names = spec.any_of[:2] if name in spec.any_of[:1] else (name,)
        field = " / ".join(t(f"fields.{lacks.table}.{one}") for one in names)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":red[:material/error:] **{literal(sheet.title)}**: "
                f":red[{say('data.missing', field=field, adds=lacks.unlocks)}]"
            )
            chosen = st.selectbox(
                field, sheet.columns, index=None, placeholder=t("data.choose_column"), width=320,
                key=f"need{mine.revision}_{sheet.title}_{name}", label_visibility="collapsed",
            )  # fmt: skip
        if chosen and mapping:
            columns = {**mapping.columns, name: chosen}
            state.change_mapping(mine.proposal.changed(with_columns(sheet, mapping, columns)))


def _order(question: Question, key: str) -> None:
    """Which comes first, day or month, with what follows from either answer in these data."""
    mine, t = state.work(), state.words()
    names = ", ".join(f"“{header}”" if t.language == "en" else f"«{header}»" for _, header in question.places)
    files = ", ".join(dict.fromkeys(mine.sheets[at].title for at, _ in question.places))
    at, header = question.places[0]
    shown = ", ".join(samples(mine.sheets[at], header))
    with st.container(border=True):
        st.markdown(
            f":orange[:material/calendar_month:] **{say('data.ask_order', columns=names, sheet=files)}**"
        )
        st.caption(say("data.ask_order_why", samples=shown))
        for place, reading in zip(st.columns(2), question.readings, strict=True):
            with place, st.container(border=True, gap="xsmall", height="stretch"):
                better = reading.order == question.better
                mark = f" :green-badge[{say('data.fits_better')}]" if better else ""
                st.markdown(f"**{say(f'date_formats.{reading.order}')}**{mark}")
                st.markdown("  \n".join(_follows(reading)))
                if st.button(
                    t(f"data.choose_{reading.order}"), key=f"{key}_{reading.order}",
                    type="primary" if better else "secondary",
                ):  # fmt: skip
                    state.change_mapping(
                        with_answer(mine.sheets, mine.proposal, question.places, reading.order)
                    )


def _follows(reading: Reading) -> list[str]:
    """What a reading makes of the dates."""
    lines = [say("data.reading_span", n=reading.dates, first=reading.first, last=reading.last)]
    if reading.pairs:
        facts = {"n": reading.pairs, "median": reading.median_days, "reversed": reading.reversed}
        key = "data.reading_pairs" if reading.median_days is not None else "data.reading_order"
        said = say(key, **facts)
        lines.append(f":red[{said}]" if reading.reversed * 20 > reading.pairs else said)
    said = say("data.reading_future", n=reading.future)
    lines += [
        f":red[{said}]" if reading.future else said,
        say("data.reading_workdays", share=reading.workdays),
    ]
    return lines


def _exchanged(at: int, doubt: Suspicion, key: str) -> None:
    """Dates whose day and month seem to have changed places: the signs, examples, the user's word."""
    mine, t = state.work(), state.words()
    sheet = mine.sheets[at]
    mapping = mine.proposal.of(sheet.file, sheet.name)
    if mapping is None:
        return
    with st.container(border=True):
        st.markdown(f":orange[:material/swap_horiz:] **{literal(sheet.title)}**: {say(doubt.text)}")
        st.caption(" · ".join(say("data.swap_example", before=a, after=b) for a, b in doubt.examples))
        with st.container(horizontal=True):
            if st.button(t("data.swap_back", n=doubt.n), key=f"{key}_yes", icon=":material/swap_horiz:"):
                state.change_mapping(mine.proposal.changed(with_swap(mapping, doubt.header, doubt.which)))
            if st.button(t("data.swap_leave"), key=f"{key}_no", type="tertiary"):
                state.change_mapping(mine.proposal.changed(with_swap(mapping, doubt.header, NONE)))
