"""The words every room shares: errors, moments, ids, facts, sharing marks. It knows nothing of the story."""
