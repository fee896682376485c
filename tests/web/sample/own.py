"""The pages of someone who enrols, and what is kept about them."""

from msgspec.structs import replace

from tests.web.sample.answer import ANSWERING
from tests.web.sample.march import at
from tocsin.web.self import views as own
from tocsin.web.self.page import THE_WAY_IN
from tocsin.web.self.serving import NO_FORM

LANGUAGES = (("en", "English"), ("ru", "русский"), ("ar", "العربية"))
COUNTRIES = (("RU", "Russia"), ("BE", "Belgium"))
WORDING = "We keep your address to warn you of danger to life, and nothing else."

ENROL = own.EnrolPage(shell=ANSWERING, wording=WORDING, languages=LANGUAGES, language="en", numbers=True)

ENROL_WRONG = own.EnrolPage(
    shell=ANSWERING,
    wording=WORDING,
    languages=LANGUAGES,
    language="ru",
    numbers=False,
    wrong=NO_FORM,
)

SENT = own.SentPage(shell=ANSWERING)

CONFIRM = own.ConfirmPage(shell=ANSWERING, address="ann@example.org", wording=WORDING, post_to="/me/token")

OWN = own.OwnPage(
    shell=replace(ANSWERING, large=True),
    post_to="/me/token",
    name="Ann Example",
    contacts=(
        own.OwnContact(id="c1", address="ann@example.org", stands="active", here=True),
        own.OwnContact(id="c2", address="+32 470 00 00 00", stands="pending", here=False),
    ),
    languages=LANGUAGES,
    language="en",
    needs=("large_text",),
    countries=COUNTRIES,
    home="RU",
    home_town="Krasnogorsk",
    towns=(),
    things=(
        own.OwnThing(id="t1", text="Home: Russia", at=at(1), do="remove_place"),
        own.OwnThing(id="t2", text="You agreed to be warned.", at=at(1)),
    ),
    groups=("Everyone in Moscow",),
    numbers=True,
    agreed=True,
    wording=WORDING,
    paused=False,
    done=True,
    joined=True,
)

OWN_PAUSED = own.OwnPage(
    shell=ANSWERING,
    post_to="/me/token",
    name="",
    contacts=(),
    languages=LANGUAGES,
    language="ar",
    needs=(),
    countries=COUNTRIES,
    home="",
    home_town="",
    towns=(("52.4,-1.9", "Birmingham, United Kingdom"), ("33.5,-86.8", "Birmingham, United States, near Atlanta")),
    things=(),
    groups=(),
    numbers=False,
    agreed=False,
    wording=WORDING,
    paused=True,
    paused_until=at(22),
    wrong=THE_WAY_IN,
)

LEAVE = own.LeavePage(shell=ANSWERING, told=True, done=False, wording=WORDING, post_to="/leave/token")
LEFT = own.LeavePage(shell=ANSWERING, told=False, done=True, wording=WORDING, post_to="/leave/token")

ERASED = own.ErasedPage(shell=ANSWERING)
