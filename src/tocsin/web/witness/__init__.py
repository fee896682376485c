"""The witness: a small server that another organisation runs, and that cosigns only what adds to what it cosigned."""
