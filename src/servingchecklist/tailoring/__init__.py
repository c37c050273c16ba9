"""Making a checklist one's own: overlays, contexts, where every value came from, what differs, and the next edition."""
