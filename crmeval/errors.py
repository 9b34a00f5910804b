"""What can go wrong in a way the user can mend: a code, the facts, and a sentence in the catalogue."""

from typing import Any

from crmeval.words import Text, text


class CrmevalError(Exception):
    """Something the user can act on.

    The sentence `errors.<code>` of the catalogue says what is wrong, where (file, sheet, row, column,
    as far as known) and what to do next; `facts` fill it. The message never holds a class name or a path.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def text(self) -> Text:
        """The message, ready to be said in any language."""
        return text(f"errors.{self.code}", **self.facts)


class ReadingError(CrmevalError):
    """A file cannot be read, or may not be."""


class MappingError(CrmevalError):
    """The columns of the files do not give the tables what they need."""


class SettingsError(CrmevalError):
    """A setting has no meaning."""


class AssessmentError(CrmevalError):
    """A saved assessment cannot be opened."""
