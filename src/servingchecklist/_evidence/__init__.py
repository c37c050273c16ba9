"""Evidence, the statistics of shares, and the judging of KPIs."""
