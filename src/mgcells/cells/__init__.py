"""What each type of cell can do, and its Mesa agents."""
