"""Posts over HTTP/1.1, many requests at once: kept connections, and every wait bounded.

Whom to post to, what, and what an answer means, is left to the channel (post.py). Redirects are not followed. Where a
channel reads no bodies, what an answer says in its body changes nothing.
"""

from tocsin.channels.posting.engine import Posting
from tocsin.channels.posting.post import MOST_IN_A_ROW, Answer, Limits, Post, head_lines, seconds_to_wait

__all__ = ["MOST_IN_A_ROW", "Answer", "Limits", "Post", "Posting", "head_lines", "seconds_to_wait"]
