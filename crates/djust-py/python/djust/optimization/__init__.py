"""What makes a page cheaper without changing what it shows."""
