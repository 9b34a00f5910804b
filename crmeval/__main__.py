"""The command line: the same assessment without a browser, for monthly re-runs."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmeval.errors import CrmevalError
from crmeval.fields import LOOKUP, TABLES
from crmeval.settings import Settings, from_toml
from crmeval.words import LANGUAGES, Words, text

if TYPE_CHECKING:  # the command line answers --help without loading an engine
    from crmeval.assessment import Assessment
    from crmeval.mapping import MappingProposal

_CANNOT_SERVE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0 done, 2 the input cannot serve (said on stderr)."""
    options = _parser().parse_args(arguments)
    words = Words(options.lang)
    try:
        options.command(options, words)
    except CrmevalError as error:
        print(words(error.text), file=sys.stderr)
        return _CANNOT_SERVE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crmeval", description="Does your CRM work? Measured from its exports."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    assess = commands.add_parser("assess", help="assess the files; writes assessment.json and the reports")
    assess.add_argument("files", nargs="+", metavar="FILE", help="a spreadsheet; FILE=table says what it is")
    assess.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the results go")
    assess.add_argument("--settings", type=Path, metavar="TOML", help="settings of the assessment")
    assess.add_argument("--mapping", type=Path, metavar="TOML", help="a mapping, as `propose` prints it")
    assess.add_argument(
        "--save", type=Path, metavar="FILE", help="keep the assessment, to compare with later"
    )
    assess.add_argument("--since", type=Path, metavar="FILE", help="a kept assessment: what changed since")
    assess.set_defaults(command=_assess)
    propose = commands.add_parser("propose", help="print the proposed mapping as TOML")
    propose.add_argument("files", nargs="+", metavar="FILE")
    propose.set_defaults(command=_propose)
    template = commands.add_parser("template", help="write the empty workbook to fill in")
    template.add_argument("--out", required=True, type=Path, metavar="FILE")
    template.set_defaults(command=_template)
    for command in (assess, propose, template):
        command.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0], help="language of the texts")
    return parser


def _assess(options: argparse.Namespace, words: Words) -> None:
    from crmeval.analyses import assess
    from crmeval.assessment import Assessment
    from crmeval.mapping import apply, propose
    from crmeval.mapping import from_toml as mapping_from_toml
    from crmeval.reading.guard import read_all_guarded

    settings = _settings(options.settings)
    files, kinds = _files(options.files)
    sheets = read_all_guarded(files)
    mapping = mapping_from_toml(_text(options.mapping)) if options.mapping else propose(sheets, kinds)
    _complete(mapping)
    tables = apply(sheets, mapping)
    assessment = Assessment(
        settings=settings,
        tables=tables,
        results=assess(tables, settings),
        mapping=mapping,
        created=datetime.now(UTC),
    )
    if options.since:
        assessment = _compared(assessment, options.since)
    _write(assessment, options.out, Words(words.language, settings.currency))
    if options.save:
        _save(assessment, options.save)


def _compared(assessment: "Assessment", path: Path) -> "Assessment":
    """The assessment with what changed since the one that was saved there."""
    from crmeval.assessment import open_
    from crmeval.since import since, with_since

    found = since(open_(_bytes(path)), assessment.tables, assessment.settings, assessment.results)
    return replace(assessment, results=with_since(assessment.results, found))


def _save(assessment: "Assessment", path: Path) -> None:
    from crmeval.assessment import save

    try:
        path.write_bytes(save(assessment))
    except OSError as error:
        raise CrmevalError("cannot_write", path=str(path), reason=error.strerror) from error


def _complete(mapping: "MappingProposal") -> None:
    """A required field nobody can decide is asked for, never guessed away."""
    from crmeval.reading.sheet import sheet_title

    for sheet in mapping.sheets:
        if sheet.missing:
            raise CrmevalError(
                "mapping_incomplete",
                file=sheet_title(sheet.file, sheet.sheet),
                table=text(f"tables.{sheet.table}.name"),
                fields=", ".join(sheet.missing),
            )
    if not any(sheet.used for sheet in mapping.sheets):
        raise CrmevalError("nothing_recognised", files=", ".join(sheet.file for sheet in mapping.sheets))


def _write(assessment: "Assessment", out: Path, words: Words) -> None:
    from crmeval.report.assessment_json import assessment_json
    from crmeval.report.document import document
    from crmeval.report.html import report_html
    from crmeval.report.pdf import report_pdf
    from crmeval.report.safe import csv_bytes
    from crmeval.report.set_aside import set_aside_rows
    from crmeval.report.xlsx import report_xlsx

    try:
        out.mkdir(parents=True, exist_ok=True)
        content = json.dumps(
            assessment_json(assessment, words), ensure_ascii=False, indent=1, allow_nan=False
        )
        (out / "assessment.json").write_text(content, encoding="utf-8")
        (out / "report.xlsx").write_bytes(report_xlsx(assessment, words))
        said = document(assessment, words)
        (out / "report.html").write_text(report_html(said, words), encoding="utf-8")
        (out / "report.pdf").write_bytes(report_pdf(said, words))
        (out / "set_aside.csv").write_bytes(csv_bytes(set_aside_rows(assessment.tables, words)))
    except OSError as error:
        raise CrmevalError("cannot_write", path=str(out), reason=error.strerror) from error


def _propose(options: argparse.Namespace, _words: Words) -> None:
    from crmeval.mapping import propose, to_toml
    from crmeval.reading.guard import read_all_guarded

    files, kinds = _files(options.files)
    sheets = read_all_guarded(files)
    sys.stdout.write(to_toml(propose(sheets, kinds), sheets))


def _template(options: argparse.Namespace, words: Words) -> None:
    from crmeval.report.template import template

    try:
        options.out.write_bytes(template(words))
    except OSError as error:
        raise CrmevalError("cannot_write", path=str(options.out), reason=error.strerror) from error


def _files(arguments: Sequence[str]) -> tuple[list[tuple[str, bytes]], dict[str, str]]:
    """The files' names and bytes, and what the user says each is (`dirty.csv=records`)."""
    files: dict[str, bytes] = {}
    kinds: dict[str, str] = {}
    for argument in arguments:
        path, _, kind = argument.rpartition("=")
        if not path or kind not in {*TABLES, LOOKUP}:
            path, kind = argument, ""
        name = Path(path).name
        if name in files:  # two folders may hold files of the same name
            name = path
        files[name] = _bytes(Path(path))
        if kind:
            kinds[name] = kind
    return list(files.items()), kinds


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CrmevalError("cannot_open", file=str(path), reason=error.strerror) from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CrmevalError("not_utf8", file=str(path)) from error


def _settings(path: Path | None) -> Settings:
    return from_toml(_text(path)) if path else Settings()


if __name__ == "__main__":
    sys.exit(main())
