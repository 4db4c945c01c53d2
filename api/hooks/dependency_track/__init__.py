"""Dependency-Track's upload API, so that its clients need no change (contract: API server 4.14)."""
