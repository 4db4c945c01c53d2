"""The schema of the record, step by step; an installed wheel migrates from here."""
