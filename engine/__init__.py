"""What happens: diagrams are executed, tasks routed and decided, history written."""

from __future__ import annotations
