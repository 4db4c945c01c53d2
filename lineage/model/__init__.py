"""Frozen values that every stage speaks: identities, claims, requirements, changes, revisions."""
