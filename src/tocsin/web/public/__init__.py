"""The public site: what is in force and what was. It reads only what is public."""
