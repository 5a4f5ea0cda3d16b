"""Run all benchmarks, or the one that is named."""

from __future__ import annotations

import sys

from bench import decisions, http, inbox, size

BENCHES = {"size": size.main, "inbox": inbox.main, "http": http.main, "decisions": decisions.main}


def main() -> None:
    """``python -m bench [name [options]]``."""
    if len(sys.argv) > 1 and sys.argv[1] in BENCHES:
        name = sys.argv.pop(1)
        BENCHES[name]()
        return
    for name, bench in BENCHES.items():
        print(f"\n## {name}\n", flush=True)
        bench()


if __name__ == "__main__":
    main()
