"""Does your CRM work? The app: language, menu, the chosen page."""

import streamlit as st

from crmeval.ui import navigation

st.set_page_config(page_icon="📊", layout="wide")  # an icon by name would be fetched from the internet
st.logo("docs/logo.svg", size="large")
page = navigation.chosen_page()
navigation.sidebar()
navigation.run(page)
