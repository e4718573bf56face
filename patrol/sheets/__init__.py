"""Spreadsheets at the edge: reading the .xlsx files people send, writing the files they take away. Knows no room."""
