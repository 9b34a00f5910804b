"""What a server does once, before its first visitor: everything is loaded and set aside."""

import atexit
import gc
import importlib
import pkgutil
import threading
import time
from functools import cache

import ibis
import phonenumbers

from crmeval import reading, ui
from crmeval.working_time import countries

_NO_PART = {"child", "forkserver"}  # they run in processes of their own
_EVERY = 20.0  # seconds; it costs a tenth of one with forty visitors
_AT_FIRST_USE = (
    "email_validator", "ibis.backends.duckdb.converter", "ibis.formats.pandas", "pyarrow.dataset",
)  # fmt: skip


@cache
def ready() -> None:
    """Loads the parts of the app and the engine, and takes them from the collector of garbage.

    While the collector goes through everything all visitors wait: with a quarter of a million objects of
    modules that took longer than the run of a script itself.
    """
    for package in (ui, reading):
        for found in pkgutil.iter_modules(package.__path__):
            if found.name not in _NO_PART:
                importlib.import_module(f"{package.__name__}.{found.name}")
    for name in _AT_FIRST_USE:
        importlib.import_module(name)
    phonenumbers.PhoneMetadata.load_all()
    countries()
    ibis.duckdb.connect().disconnect()
    gc.collect()
    gc.freeze()
    threading.Thread(target=_collect_now_and_then, daemon=True).start()
    atexit.register(gc.unfreeze)  # the engine would report as lost what is still set aside at the end


def _collect_now_and_then() -> None:
    """What visitors deleted or left is soon gone, also where it refers to itself and nobody comes again."""
    while True:
        time.sleep(_EVERY)
        gc.collect()
