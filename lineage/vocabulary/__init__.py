"""What the graph may say, as rows of data."""
