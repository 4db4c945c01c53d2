"""The demo: an estate of documents, and a session that ingests it, asks, and serves."""
