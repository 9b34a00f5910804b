"""What an analysis is to the registry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables

Results = Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question the tables may answer.

    `run` gets the tables, the settings and the results of the analyses before it in the registry. It is asked
    only when at least one of the tables it `needs` is there (none needed: always). `measures` are the ids it
    answers, so that what was not asked is named too; `page` is the page that shows it.
    """

    name: str
    area: str
    page: str
    needs: tuple[str, ...]
    measures: tuple[str, ...]
    run: Callable[[Tables, Settings, Results], Result]
