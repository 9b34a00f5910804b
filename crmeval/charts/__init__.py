"""Results → Altair charts: the same ones on pages and in reports. The registry: which analysis has which."""

from collections.abc import Mapping

from crmeval.charts.style import Chart

CHARTS: Mapping[str, tuple[Chart, ...]] = {}
