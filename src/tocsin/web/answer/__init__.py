"""The answer page: one link per person and warning; GET shows, POST records."""
