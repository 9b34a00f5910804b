"""Results made again only where something they were made of has changed.

An analysis says nowhere which settings it reads: what it looks at while it runs is noted, and as long as all
of that is the same it would say the same again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from crmeval.analyses.base import Analysis, Results
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables


@dataclass(frozen=True, slots=True)
class Made:
    """A result, with the settings and the results of analyses before it that were looked at."""

    result: Result
    settings: Mapping[str, Any]
    results: Mapping[str, Result | None]

    def holds(self, settings: Settings, results: Results) -> bool:
        """Whether all that was looked at is still the same: values of settings, and the very same results."""
        return all(getattr(settings, name) == value for name, value in self.settings.items()) and all(
            results.get(name) is result for name, result in self.results.items()
        )


def made(analysis: Analysis, tables: Tables, settings: Settings, results: Results) -> Made:
    """Runs an analysis and notes what it looks at."""
    asked, heard = _Asked(settings), _Heard(results)
    result = analysis.run(tables, cast("Settings", asked), heard)
    return Made(result, asked.seen, heard.seen)


class _Asked:
    """Settings that note which of them are read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.seen: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        self.seen[name] = value = getattr(self._settings, name)
        return value


class _Heard(Mapping[str, Result]):
    """Results that note which of them are read; who goes through all has read all."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self.seen: dict[str, Result | None] = {}

    def __getitem__(self, name: str) -> Result:
        self.seen[name] = self._results.get(name)
        return self._results[name]

    def __iter__(self) -> Iterator[str]:
        self.seen.update(self._results)
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)
