"""The coastal map: what to show of the patrols of a question, and the page that shows it."""
