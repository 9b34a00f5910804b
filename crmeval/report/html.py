"""The report as one page to read and print: no scripts, nothing fetched, everything escaped."""

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from crmeval.words import Words


def report_html(said: Mapping[str, Any], words: Words) -> str:
    """The report (a `document`) as a page of HTML that stands alone."""
    return _template().render(t=words, picture=_picture, **said)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("crmeval.report", "."),
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("report.html.j2")


def _picture(svg: str) -> str:
    """The chart as a picture inside the page."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
