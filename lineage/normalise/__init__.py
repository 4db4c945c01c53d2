"""From what a reader says to what the record keeps: claims in, claims out."""
