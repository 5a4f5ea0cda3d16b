"""Benchmarks: ``make bench``, or one of them: ``python -m bench inbox --help``.

Every figure that docs name comes from here, as a ratio within one run. Traffic stays on this
machine, and every loop is bounded.
"""

from __future__ import annotations
