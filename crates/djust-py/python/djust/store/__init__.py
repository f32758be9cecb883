"""What outlives a process: the state of pages as signed text in a cache of Django."""
