"""What a person can do to a task or a case; a module of functions for each."""

from __future__ import annotations
