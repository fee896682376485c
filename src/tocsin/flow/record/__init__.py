"""The record outside: published, witnessed, its keys changed; gone on with after a restore."""
