"""Bytes of an upload → sheets of text, and where each cell came from."""
