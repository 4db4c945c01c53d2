"""The web and the terminal: everything that answers people."""
