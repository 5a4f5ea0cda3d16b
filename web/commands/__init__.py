"""The commands of `shenpi`, by subject; each is options, one engine call, and its answer."""

from __future__ import annotations
