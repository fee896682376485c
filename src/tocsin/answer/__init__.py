"""What the warned said, and who was rung when they said nothing, denied it, or a window ran out."""
