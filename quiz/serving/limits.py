"""What one client may take: bytes, seconds, and a place among the connections of a process."""

import resource
from dataclasses import dataclass

_RESERVED = 128
"""File descriptors a process needs beside its connections: for the database, files and the code itself."""


@dataclass(frozen=True)
class Limits:
    """What a client may take, in bytes and seconds; `connections` is per process."""

    body_bytes: int = 256 * 1024
    head_bytes: int = 16 * 1024
    fields: int = 100
    head_seconds: float = 10.0
    patience: float = 10.0
    """How long a body or a reply may take ..."""
    bytes_per_second: int = 4096
    """... and how much of it has to move, on average over that time, for it to be given the same time again."""
    idle_seconds: float = 75.0
    farewell_seconds: float = 2.0
    """How long the rest of a refused request is still taken, so that its reply is not lost with it."""
    connections: int = 4096
    held_bytes: int = 64 * 1024 * 1024
    """How much a process holds of requests that are not complete yet."""


def connections_possible(wanted: int) -> int:
    """How many connections of those wanted this process has file descriptors for; asks the system for more of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = wanted + _RESERVED
    if hard != resource.RLIM_INFINITY:
        enough = min(enough, hard)
    if soft != resource.RLIM_INFINITY and soft < enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))
    return max(16, min(wanted, enough - _RESERVED))
