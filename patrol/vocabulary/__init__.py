"""Vietnamese for codes, a file for each subject; `wording` says them. A new room adds a file here."""
