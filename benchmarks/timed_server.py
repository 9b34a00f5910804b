"""The app as it is served, with a line per run of its script: CPU and wall time, whole page or fragment.

python benchmarks/timed_server.py LOG PORT
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.web import bootstrap

ROOT = Path(__file__).parents[1]
LOG, PORT = Path(sys.argv[1]), int(sys.argv[2])  # the server takes the arguments away
_run_script = ScriptRunner._run_script  # noqa: SLF001 - the only place where a run begins and ends


def timed(runner: ScriptRunner, rerun_data: Any) -> None:
    """Runs the script and writes how long it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    try:
        _run_script(runner, rerun_data)
    finally:
        taken = {
            "cpu": time.process_time() - cpu,
            "wall": time.perf_counter() - wall,
            "fragment": bool(rerun_data.fragment_id_queue),
        }
        with LOG.open("a", encoding="utf-8") as log:
            log.write(json.dumps(taken) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    ScriptRunner._run_script = timed  # type: ignore[method-assign]  # noqa: SLF001
    options = {"server.port": PORT, "server.headless": True, "client.showErrorDetails": "full"}
    bootstrap.load_config_options({name.replace(".", "_"): value for name, value in options.items()})
    bootstrap.run(str(ROOT / "app.py"), False, [], {})
