"""A case: weighed, looked after, joined with others, given dates; the incidents that fit it, and the hosts it distrusts."""
