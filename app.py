"""Does your CRM work? The app: language, menu, the chosen page."""

from pathlib import Path

import streamlit as st

from crmeval.ui import navigation, startup

startup.ready()
st.set_page_config(page_icon="📊", layout="wide")  # an icon by name would be fetched from the internet
st.logo(Path(__file__).parent / "docs" / "logo.svg", size="large")
page = navigation.chosen_page()
navigation.sidebar()
navigation.run(page)
