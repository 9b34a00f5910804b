"""The names under which the fields are known in exports."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crmeval.mapping.names import normal
from crmeval.words import LANGUAGES, catalogue

_FILE = Path(__file__).with_name("aliases.toml")


@cache
def _listed() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _names(listed: str) -> list[str]:
    """The names of a list, shared lists in their place."""
    names = []
    for name in (" ".join(part.split()) for part in listed.split(";")):
        names += _names(_listed()["shared"][name[1:]]) if name.startswith("@") else [name]
    return names


@cache
def aliases(table: str, field: str) -> tuple[str, ...]:
    """The names of a field, best first, in normal form; weak ones are marked with `~`."""
    said = [normal(str(catalogue(language).get(f"fields.{table}.{field}", ""))) for language in LANGUAGES]
    named = _names(_listed().get(table, {}).get(field, ""))
    return tuple(dict.fromkeys(name for name in (normal(field), *named, *said) if name))


@cache
def table_names(table: str) -> tuple[str, ...]:
    """What a file or sheet with this table may be called, in normal form."""
    said = [normal(str(catalogue(language).get(f"tables.{table}.name", ""))) for language in LANGUAGES]
    return tuple(dict.fromkeys(name for name in (normal(table), *said) if name))
