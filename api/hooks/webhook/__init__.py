"""Webhooks: what a delivery means, a row per kind of sender, and what is done about it."""
