"""Pure functions from claims to claims."""
