"""What an officer of the town does about institutions: attach, compare, record, and knock again."""

from collections.abc import Sequence

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.answer.institution.facts import HandedOn, QuestionAsked, ReadBackGiven
from tocsin.answer.institution.rebuttal import Quotable
from tocsin.answer.institution.state import Approach, Handing, HandingWish, Knock, Proposal, Question, ReadBack
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.answer import handing, institution
from tocsin.flow.answer.knocked import open_knocks
from tocsin.flow.warning import second_knock
from tocsin.store.door import Door
from tocsin.store.institutions import Dealings, dealings
from tocsin.testing.town.warnings import Warnings


class Institutions(Warnings):
    """How things stand between the town and institutions."""

    def dealings(self, warning: str) -> Dealings:
        """Return everything between a warning and institutions."""
        with self.app.store.look() as look:
            return dealings(look, self.id(warning))

    def approach(self, warning: str) -> Approach:
        """Return how far down its line the one institution was told."""
        return self.dealings(warning).approaches[0]

    def knock(self, warning: str) -> Knock:
        """Return the latest second knock."""
        return self.dealings(warning).knocks[-1]

    def proposals(self, warning: str) -> tuple[Proposal, ...]:
        """Return what is proposed as an answer."""
        return self.dealings(warning).proposals

    def questions(self, warning: str) -> tuple[Question, ...]:
        """Return what was asked."""
        return self.dealings(warning).questions

    def read_backs(self, warning: str) -> tuple[ReadBack, ...]:
        """Return what was read back."""
        return self.dealings(warning).read_backs

    def waiting_knocks(self, warning: str) -> list[Knock]:
        """Return the second knocks that wait."""
        with self.app.store.look() as look:
            return [
                one
                for org in {k.recipient for k in dealings(look, self.id(warning)).knocks}
                for one in open_knocks(look, self.id(warning), org)
            ]

    def borne_out(self, knock: Knock) -> tuple[Quotable, ...]:
        """Return what the watch officer finds to have borne a warning out."""
        with self.app.store.look() as look:
            reader = Reader(
                person=self.watch_officer.id, roles=frozenset({Role.WATCH_OFFICER}), cleared_to=Mark.AMBER_STRICT
            )
            return second_knock.borne_out(Door(look, reader), knock, self.now)

    def asks_by_link(self, contact: str, of: str, warning: str, words: str) -> Question:
        """Let a contact ask something behind their link."""
        asked = QuestionAsked(
            subject=self.app.store.new_id(),
            occurred_at=self.now,
            warning=self.id(warning),
            recipient=self.id(of),
            words=words,
            heard=Heard.LINK,
            giver=self.id(contact),
        )
        command = self.name_next("asks")
        institution.take_question(self.house, asked, by=self.id(contact), command=command, now=self.now)
        self.work()
        return next(one for one in self.questions(warning) if one.id == asked.subject)

    def hands_on(self, contact: str, of: str, warning: str, to: str, words: str = "") -> None:
        """Let a contact hand a notice on behind their link, to another contact of their institution."""
        handing.hand_on_by_link(
            self.house, self.id(warning), self.id(of), self.id(to), words=words, giver=self.id(contact),
            command=self.name_next("hands on"), now=self.now,
        )  # fmt: skip
        self.work()

    def asks_to_hand_on(self, contact: str, of: str, warning: str, address: str, *, name: str = "Ives") -> HandingWish:
        """Let a contact ask for a notice to be handed on to somebody whom nobody here knows."""
        before = {one.id for one in self.dealings(warning).wishes}
        handing.ask_handing(
            self.house, self.id(warning), self.id(of), name=name, post="lock keeper", channel="mail", address=address,
            words="He has the keys", giver=self.id(contact), command=self.name_next("asks"), now=self.now,
        )  # fmt: skip
        self.work()
        wishes = self.dealings(warning).wishes
        return next((one for one in wishes if one.id not in before), wishes[-1])

    def handings(self, warning: str) -> tuple[Handing, ...]:
        """Return to whom it was handed on."""
        return self.dealings(warning).handings


class Dealing:
    """What an officer does about institutions."""

    _town: Institutions
    id: Id

    def attaches(self, proposal: Proposal, kind: str = "dismissed", words: str = "Scaremongering") -> None:
        """Attach a proposed answer."""
        town = self._town
        institution.attach_answer(
            town.house, proposal.id, AnswerKind(kind), speaker="the speaker", words=words, by=self.id,
            command=town.name_next("attach"), now=town.now,
        )  # fmt: skip
        town.work()

    def refuses(self, proposal: Proposal, why: str = "It is about another bridge") -> None:
        """Say that a proposed answer is none."""
        town = self._town
        institution.refuse_answer(
            town.house, proposal.id, why, by=self.id, command=town.name_next("refuse"), now=town.now
        )
        town.work()

    def takes_read_back(self, of: str, warning: str, **said: str) -> ReadBack:
        """Take a read-back by telephone."""
        town = self._town
        words = {"what": "It may fall", "where": "The bridge", "when": "Soon", "will_do": "Close it"} | said
        given = ReadBackGiven(
            subject=town.app.store.new_id(),
            occurred_at=town.now,
            warning=town.id(warning),
            recipient=town.id(of),
            heard=Heard.TELEPHONE,
            speaker=of,
            recorder=self.id,
            **words,
        )
        institution.take_read_back(town.house, given, by=self.id, command=town.name_next("read back"), now=town.now)
        town.work()
        return next(one for one in town.read_backs(warning) if one.id == given.subject)

    def compares(self, given: ReadBack, *differs: str) -> None:
        """Hold a read-back against what was told."""
        town = self._town
        institution.compare_read_back(
            town.house, given.id, differs, "", by=self.id, command=town.name_next("compare"), now=town.now
        )
        town.work()

    def notes_handing(self, of: str, warning: str, to: str, *, told: bool = False, unknown: bool = False) -> None:
        """Note that an institution handed a warning on. unknown: to somebody whom nobody here knows."""
        town = self._town
        handed = HandedOn(
            subject=town.app.store.new_id(),
            occurred_at=town.now,
            warning=town.id(warning),
            recipient=town.id(of),
            to=town.id(to),
            heard=Heard.TELEPHONE,
            speaker=of,
            words="They have it now",
            recorder=self.id,
            told=told,
        )
        handing.hand_on(
            town.house, handed, name=to if unknown else "", by=self.id, command=town.name_next("hand on"), now=town.now
        )
        town.work()

    def confirms(self, wish: HandingWish) -> None:
        """Confirm to whom a contact asks for a notice to be handed on."""
        town = self._town
        handing.confirm_handing(town.house, wish.id, by=self.id, command=town.name_next("confirm"), now=town.now)
        town.work()

    def turns_down(self, wish: HandingWish, why: str = "They know of nobody of that name") -> None:
        """Refuse to hand a notice on to somebody."""
        town = self._town
        handing.refuse_handing(town.house, wish.id, why, by=self.id, command=town.name_next("refuse"), now=town.now)
        town.work()

    def takes_question(self, of: str, warning: str, words: str) -> Question:
        """Take a question down."""
        town = self._town
        asked = QuestionAsked(
            subject=town.app.store.new_id(),
            occurred_at=town.now,
            warning=town.id(warning),
            recipient=town.id(of),
            words=words,
            heard=Heard.TELEPHONE,
            speaker=of,
            recorder=self.id,
        )
        institution.take_question(town.house, asked, by=self.id, command=town.name_next("ask"), now=town.now)
        town.work()
        return next(one for one in town.questions(warning) if one.id == asked.subject)

    def replies(self, question: Question, words: str = "By noon") -> None:
        """Answer a question."""
        town = self._town
        institution.answer_question(
            town.house, question.id, words, by=self.id, command=town.name_next("reply"), now=town.now
        )
        town.work()

    def writes_knock(self, knock: Knock, through: str, *quoted: str, words: str = "") -> str:
        """Write a second knock; return the notice's name."""
        town = self._town
        name = town.name_next("second knock")
        chosen: Sequence[tuple[Id, str]] = [(town.id(one), words) for one in quoted]
        second_knock.draft_knock(
            town.house, knock.id, town.id(name), town.id(through), chosen, by=self.id, command=name, now=town.now
        )
        return name

    def sends_knock(self, knock: Knock, *, break_glass: bool = False) -> None:
        """Approve a second knock and send it."""
        town = self._town
        second_knock.send_knock(
            town.house, knock.id, break_glass=break_glass, by=self.id, command=town.name_next("send"), now=town.now
        )
        town.work()

    def has_agreed(self, knock: Knock, report: str) -> None:
        """Record that whoever a report came from agrees that it is quoted."""
        town = self._town
        second_knock.consent_to_quote(
            town.house,
            knock.id,
            town.id(report),
            "By letter",
            by=self.id,
            command=town.name_next("agree"),
            now=town.now,
        )

    def leaves_it(self, knock: Knock, why: str = "They have closed it") -> None:
        """Decide not to knock again."""
        town = self._town
        second_knock.leave_it(town.house, knock.id, why, by=self.id, command=town.name_next("leave"), now=town.now)
