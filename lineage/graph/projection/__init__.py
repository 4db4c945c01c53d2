"""From the view to resolved nodes."""
