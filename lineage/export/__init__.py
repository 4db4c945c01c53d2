"""What the graph knows, as documents that others read: one file (or folder) per format."""
