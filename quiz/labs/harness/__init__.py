"""Harnesses: what runs inside the sandbox. Each is started as a process of its own and imports no other part of us."""
