"""Who comes with a request, what they may do, and the trail of what they did."""
