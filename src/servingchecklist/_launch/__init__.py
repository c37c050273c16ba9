"""Launches: one checklist worked for one service, with a log of events from which its state is derived."""
