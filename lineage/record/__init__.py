"""The SQL record: documents, statements, claim sets, holdings, revisions, and the view."""
