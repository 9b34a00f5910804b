"""Sheets of text → typed tables: a mapping is proposed, changed by the user, and applied."""

from crmeval.mapping.apply import apply
from crmeval.mapping.file import from_toml, to_toml
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.need import ColumnPreview, Need, need, preview
from crmeval.mapping.propose import propose

__all__ = [
    "ColumnPreview",
    "MappingProposal",
    "Need",
    "SheetMapping",
    "apply",
    "from_toml",
    "need",
    "preview",
    "propose",
    "to_toml",
]
