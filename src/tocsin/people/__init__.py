"""Who can be told, and who does the telling: persons, organisations, groups, contact points, roles."""
