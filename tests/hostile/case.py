"""What every hostile or broken file must give: its rows and values, or a refusal with its cause."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Cell = tuple[str, int]
"""Column and position among the rows, of the first sheet."""


@dataclass(frozen=True)
class Case:
    """A file, made when asked for, and what must come out.

    Attributes:
        file: the name under which it is uploaded.
        make: its bytes.
        refused: codes of refusals, any of which is right; empty where the file must be read.
        rows: of each sheet.
        columns: headers of the first sheet, where it matters.
        cells: some values of the first sheet; None is an empty cell.
        notes: what the user must be told.
        set_aside: (row, reason) of the first sheet.
        slow: takes more than a second or two, to make or to read.
    """

    file: str
    make: Callable[[], bytes]
    refused: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    cells: Mapping[Cell, str | None] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()
    set_aside: Sequence[tuple[int, str]] | None = None
    slow: bool = False


CASES: dict[str, Case] = {}

Maker = Callable[[], bytes]


def refused(file: str, *codes: str, slow: bool = False) -> Callable[[Maker], Maker]:
    """The file that the function makes must be refused for one of these causes."""

    def add(make: Maker) -> Maker:
        CASES[make.__name__] = Case(file, make, refused=codes, slow=slow)
        return make

    return add


def read(
    file: str,
    *rows: int,
    columns: Sequence[str] = (),
    cells: Mapping[Cell, str | None] | None = None,
    notes: Sequence[str] = (),
    set_aside: Sequence[tuple[int, str]] | None = None,
    slow: bool = False,
) -> Callable[[Maker], Maker]:
    """The file that the function makes must be read, and this must come out."""

    def add(make: Maker) -> Maker:
        CASES[make.__name__] = Case(
            file, make, (), rows, tuple(columns), cells or {}, frozenset(notes), set_aside, slow
        )
        return make

    return add
