"""What other systems send by themselves: verified, kept, and followed up."""
