"""How each answer looks in a terminal: a file per question, named as the question's file."""
