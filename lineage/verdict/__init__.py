"""The rules that judge what a change does."""
