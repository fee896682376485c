"""The headcount: "are you safe?", asked of an area, a group, some people, or everyone who was told of an alert."""
