"""The faces on the web: the public site, the answer page, the desk."""
