"""Does a CRM implementation work? Its efficiency and effectiveness, from its own spreadsheets."""
