"""Snapshots: what was delivered, read again for ever, however authors write by then."""
