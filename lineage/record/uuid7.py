"""Ids that sort by when they were made, and that nobody guesses: UUIDs of version 7 (RFC 9562)."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid7() -> str:
    """A new one: 48 bits of milliseconds, then chance."""
    stamp = time.time_ns() // 1_000_000
    rest = secrets.randbits(74)
    number = stamp << 80 | 7 << 76 | (rest >> 62) << 64 | 2 << 62 | rest & ((1 << 62) - 1)
    return str(uuid.UUID(int=number))
