"""Servers for tests: one that is named, one in Docker, or one without Docker, once per run."""

from __future__ import annotations

from tests.services.docker import docker_answers, missing
from tests.services.neo4j import neo4j_server
from tests.services.postgresql import postgresql_database, postgresql_server

__all__ = [
    "docker_answers",
    "missing",
    "neo4j_server",
    "postgresql_database",
    "postgresql_server",
]
