"""What the collectors of alerts and metrics share: documents, alerts as events, series, and what labels are about."""
