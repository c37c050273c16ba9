"""Tailoring a checklist: applying overlays, contexts, the origin of every value, differences, and upgrades to a new version."""
