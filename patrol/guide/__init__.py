"""The user guide: a card for each role, one A4 sheet each, with the words of the screens and of the paper book."""
