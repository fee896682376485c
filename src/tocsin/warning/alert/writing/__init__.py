"""Writing an alert: its draft in several languages, what forbids its approval, and the templates it is written from."""
