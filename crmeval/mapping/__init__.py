"""Sheets of text → typed tables: a mapping is proposed, changed by the user, and applied."""
