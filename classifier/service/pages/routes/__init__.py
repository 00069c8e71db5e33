"""Routes of the pages, one module an area."""
