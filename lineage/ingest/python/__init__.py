"""What every format of Python environments shares: names, lines, markers, wheels, claims."""
