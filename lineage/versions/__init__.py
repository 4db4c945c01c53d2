"""Version schemes behind one port; three answers: yes, no, cannot compare."""
