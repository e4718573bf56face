"""The version shown by /healthz and the changelog."""

VERSION = "0.1.0"
