"""The sample company: its files and settings in each language. What it hides: sample_data/STORY.md."""

from pathlib import Path

from crmeval.errors import ReadingError
from crmeval.settings import Settings, from_toml

_FOLDER = Path(__file__).parents[1] / "sample_data"
_SETTINGS = "settings.toml"


def _folder(language: str) -> Path:
    folder = _FOLDER / language
    if not folder.is_dir():
        raise ReadingError("sample_missing")
    return folder


def sample_files(language: str) -> tuple[tuple[str, bytes], ...]:
    """The files of the sample company, as it would upload them: names and contents.

    Raises:
        ReadingError: the sample is not installed with the app.
    """
    files = sorted(path for path in _folder(language).iterdir() if path.name != _SETTINGS)
    return tuple((path.name, path.read_bytes()) for path in files)


def sample_settings(language: str) -> Settings:
    """What the sample company says of itself.

    Raises:
        ReadingError: the sample is not installed with the app.
    """
    return from_toml((_folder(language) / _SETTINGS).read_text(encoding="utf-8"))
