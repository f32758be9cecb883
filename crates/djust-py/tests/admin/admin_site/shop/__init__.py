"""Books, their authors and who has bought them."""
