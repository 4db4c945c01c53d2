"""REST: documents in, receipts out, health and metrics."""
