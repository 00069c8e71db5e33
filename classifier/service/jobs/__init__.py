"""Jobs: files that are classified in the background and survive a restart."""
