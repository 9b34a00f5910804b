"""What costs time to make, kept for the last few things it was made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

_Made = TypeVar("_Made")


@dataclass(slots=True)
class Kept:
    """What was made under each name; it is gone when its owner is."""

    _made: dict[str, list[tuple[Any, Any]]] = field(default_factory=dict)

    def once(self, name: str, made_of: Any, make: Callable[[], _Made], *, keep: int = 1) -> _Made:
        """What `make` gives; made anew only when `made_of` equals none of the last `keep` under this name."""
        made = self._made.setdefault(name, [])
        for before, kept in made:
            if before == made_of:
                found: _Made = kept
                return found
        value = make()
        made.append((made_of, value))
        del made[:-keep]
        return value
