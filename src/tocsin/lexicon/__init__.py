"""The words that warnings are written in: templates, actor words, and how hard a text is to read. Pure but for its own files."""
