"""Readers: from the bytes of a document to claims."""
