"""Ease of use, adoption, training: is the CRM liked, is it used, and does training help?"""

import streamlit as st

from crmeval.ui.ease_parts import adoption, training, usability
from crmeval.ui.parts import how, need, page

t = page("ease")
need("ease", "usability", "usage", "records", "activities", "deals", "training")

parts = {"usability": usability, "adoption": adoption, "training": training}
said = []
for tab, (name, part) in zip(st.tabs([t(f"analyses.{name}.name") for name in parts]), parts.items(), strict=True):
    with tab:
        said.append(part())
how(*said)
