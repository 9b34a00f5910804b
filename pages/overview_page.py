"""Overview: does the CRM work? The pair of scores, what each part says, what to do first."""

import streamlit as st

from crmeval.analyses import ANALYSES
from crmeval.analyses.findings import SHOWN, findings
from crmeval.ui import state
from crmeval.ui.findings_parts import finding_list
from crmeval.ui.navigation import PAGES
from crmeval.ui.parts import answer, metrics, need, page, say
from crmeval.ui.saving import report_downloads

t = page("overview")
need("overview")
results = state.results()

scorecard = results["scorecard"]
answer(scorecard)
metrics(scorecard, "score.efficiency", "score.effectiveness")

st.subheader(say("overview.first"))
finding_list(findings(results, SHOWN))

pages = {entry.name: entry for entry in PAGES}
for area in ("efficiency", "effectiveness"):
    st.subheader(say(f"sections.{area}"))
    with st.container(border=True, gap="small"):
        for analysis in ANALYSES:
            if analysis.area != area or analysis.name == "scorecard":
                continue
            said = results.get(analysis.name)
            name, answered, more = st.columns([2, 5.5, 1.2], vertical_alignment="center")
            name.markdown(f"**{say(f'analyses.{analysis.name}.name')}**")
            if said is None:
                answered.caption(say("app.needs", tables=t(f"not_measured.tables.{analysis.name}")))
            else:
                answered.markdown(say(said.answer))
                more.page_link(pages[analysis.page].script, label=t("app.more"))
st.subheader(say("overview.take_away"))
report_downloads()
