"""Engines that walk the graph, projected from the record's view."""
