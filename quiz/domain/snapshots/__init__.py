"""Snapshots: what was stored, read for ever by readers of its own that know nothing of how authors write today."""
