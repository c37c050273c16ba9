"""Ordering, recommendations and forecasts for checklists."""
