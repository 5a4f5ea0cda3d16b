"""The pages: load through rights, parse, one engine call, answer."""

from __future__ import annotations
