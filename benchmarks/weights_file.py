"""How fitted weights are written; `crmeval.mapping.weighing.written` reads them."""

from collections.abc import Mapping
from pathlib import Path

Weights = Mapping[str, Mapping[str, float]]  # of what is told: sign (its kind and its name) → weight


def write(path: Path, title: str, weights: Weights) -> None:
    """Writes the weights, of each kind in one line."""
    lines = [f"# {title}", ""]
    for one, signs in weights.items():
        lines.append(f"[{one}]")
        kinds: dict[str, list[str]] = {}
        for sign, weight in signs.items():
            kind, name = sign.split(" ", 1)
            kinds.setdefault(kind, []).append(f'"{name}" = {round(weight, 2):g}')
        lines += [f"{kind} = {{ {', '.join(kinds[kind])} }}" for kind in sorted(kinds)]
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
