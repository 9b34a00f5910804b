"""Ease of use, adoption, training: is the CRM liked, is it used, and does training help?"""

import streamlit as st

from crmeval.ui.ease_parts import adoption, training, usability
from crmeval.ui.parts import how, need, page

t = page("ease")
need("ease", "usability", "usage", "records", "activities", "deals", "training")

parts = {"usability": usability, "adoption": adoption, "training": training}
tabs = st.tabs([t(f"ease.sections.{name}") for name in parts], on_change="rerun", key="ease_tabs")
said = []
for tab, part in zip(tabs, parts.values(), strict=True):
    if tab.open:
        with tab:
            said.append(part())
how(*said)
