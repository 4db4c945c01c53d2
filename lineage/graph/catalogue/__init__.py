"""The catalogue: lists, filters and aggregates of one revision out of dictionary-coded columns."""
