"""What a screen reader says of a page, as the desk shows it before a page is there."""

import pytest

from tocsin.web.desk.heard import heard


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("<h1>A <b>fire</b></h1><h2>Why</h2>", [("h1", "A fire"), ("h2", "Why")], id="headings have a level"),
        pytest.param("<p>Call <a href=/x>the\n mill</a> now</p>", [("text", "Call"), ("link", "the mill"), ("text", "now")], id="a link in a text"),
        pytest.param("<p><a href=/x>One</a> · <a href=/y>Two</a>.</p>", [("link", "One"), ("link", "Two")], id="dots between links"),
        pytest.param("<p>no <a>link</a></p>", [("text", "no link")], id="an anchor that leads nowhere"),
        pytest.param("<a href=/x aria-label=Home>x</a>", [("link", "Home")], id="a link is called as its label says"),
        pytest.param("<a href=/x><svg aria-hidden=true><title>z</title></svg>Home</a>", [("link", "Home")], id="a hidden picture in a link"),
        pytest.param("<ul><li>Go up</li><li>Stay <b>there</b></li></ul>", [("list", "2"), ("text", "Go up"), ("text", "Stay there")], id="a list"),
        pytest.param("<header>h</header><main><header>i</header></main><footer>f</footer>", [
            ("banner", ""), ("text", "h"), ("main", ""), ("text", "i"), ("contentinfo", ""), ("text", "f")], id="landmarks of the page alone"),
        pytest.param("<section aria-labelledby=w><h2 id=w>Where</h2></section><section>x</section>", [
            ("region", "Where"), ("h2", "Where"), ("text", "x")], id="a section is a landmark if it has a name"),
        pytest.param("<nav aria-label=Languages>x</nav>", [("navigation", "Languages"), ("text", "x")], id="a navigation has its label"),
        pytest.param("<div role=note>x</div>", [("note", ""), ("text", "x")], id="a note"),
        pytest.param("<svg role=img><title>Where.</title><desc>A bridge.</desc><text>100 m</text></svg>", [("picture", "Where. A bridge")], id="a map is its title and description"),
        pytest.param("<p hidden>a</p><p aria-hidden=true>b</p><p class=on-paper>c</p><script>d</script><!-- e --><p>f</p>", [("text", "f")], id="what is hidden"),
        pytest.param("<p>a<br>b</p>c<p>d</p>", [("text", "a b"), ("text", "c"), ("text", "d")], id="a line that is broken"),
    ],
)  # fmt: skip
def test_a_page_is_heard_in_its_order(body: str, said: list[tuple[str, str]]) -> None:
    assert heard(f"<!doctype html><html><head><title>t</title></head><body>{body}</body></html>") == tuple(said)
