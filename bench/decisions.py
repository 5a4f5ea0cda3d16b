"""Decisions a second beside the peers of the baseline, in the same rounds.

Needs the folder of the baseline (``BASELINE``, by default ``../shared/baseline``); its ``run.py``
makes the table, Shenpi joins it through ``PEERS_EXTRA``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench import databases

PEERS = "sql,spiff-rich-state,shenpi"


def main() -> None:
    """``python -m bench decisions [options of the baseline's run.py]``."""
    baseline = Path(os.environ.get("BASELINE", databases.ROOT.parent / "shared" / "baseline"))
    if not baseline.is_dir():
        print(f"no baseline at {baseline}: nothing to stand beside")
        return
    peer = [sys.executable, str(databases.ROOT / "bench" / "peer.py")]
    with databases.folder() as home, databases.url_of("postgresql", home):
        environment = {
            **os.environ,
            "PEERS_PG": f"host={home / 'pg'} user=postgres",
            "PEERS_TMP": str(home),
            "PEERS_EXTRA": json.dumps({"shenpi": [peer, {}, "normal full pg"]}),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        given = sys.argv[1:]
        own = [] if "--peers" in given else ["--peers", PEERS]
        own += [] if "--dbs" in given else ["--dbs", "full,pg"]
        own += [] if "--workers" in given else ["--workers", "1"]
        subprocess.run(
            [sys.executable, "run.py", *own, *given], cwd=baseline, env=environment, check=True
        )
