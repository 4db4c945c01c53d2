"""Cited compatibility rows and the loader that turns them into ordinary claims."""
