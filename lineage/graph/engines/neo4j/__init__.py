"""The engine whose graph is in a Neo4j database, for those who want Cypher or outgrow a process."""

from lineage.graph.engines.neo4j.engine import Neo4jEngine

__all__ = ["ENGINE", "Neo4jEngine"]

ENGINE = Neo4jEngine
