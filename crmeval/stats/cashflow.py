"""Discounted cash flows: what a plan of money is worth today, and when it pays for itself.

Everywhere the first flow is period 0 and is not discounted (spreadsheets' NPV discounts it by one period:
take its result times 1 + rate). Rates are fractions per period.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

MONTHS_IN_YEAR = 12
_POLISHING_STEPS = 8
_NOTHING = 1e-12  # a flow smaller than this share of the largest is noise to the eigenvalues
_REAL = 1e-6  # a root with a smaller imaginary share is real: rounding splits a double root in two


def monthly_rate(annual_rate: float) -> float:
    """The rate per month that compounds to `annual_rate` in a year: (1 + r)^(1/12) − 1."""
    return float((1 + annual_rate) ** (1 / MONTHS_IN_YEAR) - 1)


def annual_rate(rate_per_month: float) -> float:
    """The rate per year that a rate per month compounds to."""
    return float((1 + rate_per_month) ** MONTHS_IN_YEAR - 1)


def discounted(rate: float, flows: ArrayLike) -> NDArray[np.float64]:
    """Each flow in the money of period 0: flow_t / (1 + rate)^t."""
    values = np.asarray(flows, dtype=float)
    return values / (1 + rate) ** np.arange(len(values))


def npv(rate: float, flows: ArrayLike) -> float:
    """Net present value: the sum of the discounted flows."""
    return float(discounted(rate, flows).sum())


def roi(pv_benefits: float, pv_costs: float) -> float | None:
    """Return on investment, (PV benefits − PV costs) / PV costs; None where nothing is spent."""
    return (pv_benefits - pv_costs) / pv_costs if pv_costs > 0 else None


def payback(flows: ArrayLike) -> float | None:
    """Periods until the cumulative flow is no longer negative, and stays so to the end; else None.

    Within a period money flows evenly, so the moment is interpolated. A plan that is never in the red pays
    back at once: 0.
    """
    cumulative = np.cumsum(np.asarray(flows, dtype=float))
    red = np.flatnonzero(cumulative < 0)
    if len(red) == 0:
        return 0.0
    last = int(red[-1])
    if last == len(cumulative) - 1:
        return None
    return float(last - cumulative[last] / (cumulative[last + 1] - cumulative[last]))


def irr_roots(flows: ArrayLike) -> tuple[float, ...]:
    """Every internal rate of return: each real rate above −1 at which the net present value is 0, ascending.

    With x = 1 / (1 + rate) the net present value is a polynomial in x; its positive real roots are found as
    eigenvalues of the companion matrix and polished by Newton's method. There may be none, or several.
    """
    values = np.asarray(flows, dtype=float)
    if (values >= 0).all() or (values <= 0).all():
        return ()
    shares = values / np.abs(values).max()
    polynomial = np.polynomial.Polynomial(np.trim_zeros(np.where(np.abs(shares) < _NOTHING, 0, shares)))
    found = polynomial.roots()
    real = found.real[(np.abs(found.imag) <= _REAL * np.abs(found)) & (found.real > 0)]
    return _distinct(sorted(1 / _polished(polynomial, root) - 1 for root in real))


def _polished(polynomial: np.polynomial.Polynomial, root: float) -> float:
    """The root after Newton's steps, as long as they lead nearer to zero."""
    slope = polynomial.deriv()
    for _ in range(_POLISHING_STEPS):
        steepness = slope(root)
        if steepness == 0:
            break
        nearer = root - polynomial(root) / steepness
        if nearer <= 0 or abs(polynomial(nearer)) >= abs(polynomial(root)):
            break
        root = nearer
    return float(root)


def _distinct(rates: Sequence[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for rate in rates:
        if not kept or rate - kept[-1] > _REAL * (1 + rate):
            kept.append(rate)
    return tuple(kept)


def mirr(flows: ArrayLike, finance_rate: float, reinvest_rate: float) -> float | None:
    """Modified internal rate of return, which is always one number; None without both payments and receipts.

    (future value of receipts at `reinvest_rate` / present value of payments at `finance_rate`)^(1/n) − 1.
    """
    values = np.asarray(flows, dtype=float)
    periods = len(values) - 1
    paid = -npv(finance_rate, np.minimum(values, 0))
    received = npv(reinvest_rate, np.maximum(values, 0)) * (1 + reinvest_rate) ** periods
    if paid <= 0 or received <= 0:
        return None
    return float((received / paid) ** (1 / periods) - 1)
