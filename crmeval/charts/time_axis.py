"""How an axis of months looks: a tick a month, as many labels as there is room for."""

import altair as alt

MONTHS = alt.Axis(format="%b %Y", tickCount="month", labelOverlap="parity", labelSeparation=10, grid=False)
