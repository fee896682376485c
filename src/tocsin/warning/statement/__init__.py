"""The public statement: dated, versioned, endorsed. It warns of nothing; it says where we stand."""
