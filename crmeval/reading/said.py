"""Numbers, moments and durations as the shortest texts that say them exactly."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_EXACT = 2**53  # whole numbers are exact in a float up to here
_SECOND = 1_000_000  # microseconds
_DAY = 86_400  # seconds


def say_numbers(numbers: pa.DoubleArray) -> pa.StringArray:
    """The same as `say_number`, of many at once."""
    plain = numbers.to_numpy(zero_copy_only=False)
    whole = (plain == np.floor(plain)) & (np.abs(plain) < _EXACT)
    said = pa.array(np.where(whole, plain, 0).astype(np.int64), mask=~whole).cast(pa.string())
    if numbers.null_count + whole.sum() == len(numbers):
        return said
    said = pc.coalesce(said, numbers.cast(pa.string()))
    powers = pc.fill_null(pc.match_substring(said, "e"), False)
    if pc.any(powers).as_py():
        some = [say_number(number) for number in numbers.filter(powers).to_pylist()]
        said = pc.replace_with_mask(said, powers, pa.array(some, pa.string()))
    return said


def say_moments(moments: pa.TimestampArray) -> pa.StringArray:
    """To the second: an Excel time is a fraction of a day and misses it by microseconds."""
    missing = moments.is_null().to_numpy(zero_copy_only=False)
    microseconds = moments.cast(pa.timestamp("us")).cast(pa.int64()).fill_null(0).to_numpy()
    seconds = (microseconds + _SECOND // 2) // _SECOND
    days, midnight = seconds // _DAY, seconds % _DAY == 0
    clock = pa.array(seconds, mask=midnight | missing).cast(pa.timestamp("s")).cast(pa.string())
    if not midnight.any():
        return clock
    said = pa.array(days.astype(np.int32), mask=~midnight | missing).cast(pa.date32()).cast(pa.string())
    return said if midnight.all() else pc.coalesce(clock, said)


def say_number(value: float) -> str:
    """12500 without `.0`, never an exponent, no digit that the number does not have."""
    if value.is_integer() and -_EXACT < value < _EXACT:
        return str(int(value))
    said = repr(value)
    return format(Decimal(said), "f").removesuffix(".0") if "e" in said else said.removesuffix(".0")


def say_duration(value: timedelta) -> str:
    """Hours, minutes and seconds, as many hours as there are: 26:05:00."""
    seconds = round(value.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else ''}{hours}:{rest // 60:02}:{rest % 60:02}"
