"""What a server does once, before its first visitor: everything is loaded and set aside."""

import atexit
import gc
import importlib
import pkgutil
from functools import cache

import ibis

from crmeval import ui


@cache
def ready() -> None:
    """Loads the parts of the app and the engine, and takes them from the collector of garbage.

    Streamlit lets the collector go through everything after every run of a script, while all visitors wait:
    with a quarter of a million objects of modules that took longer than the run itself.
    """
    for found in pkgutil.iter_modules(ui.__path__):
        importlib.import_module(f"{ui.__name__}.{found.name}")
    ibis.duckdb.connect().disconnect()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # the engine would report as lost what is still set aside at the end
