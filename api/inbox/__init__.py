"""The inbox at work: what is accepted is on disk before it is answered, and worked off behind."""
