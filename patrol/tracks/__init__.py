"""Tracks: a GPX file in, a cleaned line and measured facts out."""
