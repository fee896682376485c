"""How pages say states, kinds and likelihoods: one table a kind, every sentence through gettext.

What is data and not ours to translate stands in <bdi>.
"""

from markupsafe import Markup, escape

from tocsin.basis.words import N_, Words
from tocsin.web.measures import length, number
from tocsin.web.pieces import Chip, ChipKind, Tone, WindowState

CHIPS: dict[ChipKind, tuple[Tone, str]] = {
    ChipKind.SILENT: (Tone.SILENCE, N_("silent")),
    ChipKind.RECEIVED: (Tone.GOOD, N_("received")),
    ChipKind.ACTING: (Tone.GOOD, N_("acting")),
    ChipKind.SAFE: (Tone.GOOD, N_("safe")),
    ChipKind.NEED_HELP: (Tone.DANGER, N_("needs help")),
    ChipKind.DISPUTED: (Tone.DISPUTE, N_("disputed")),
    ChipKind.DISMISSED: (Tone.DISPUTE, N_("dismissed")),
    ChipKind.READY: (Tone.KNOWN, N_("ready")),
    ChipKind.LEASED: (Tone.KNOWN, N_("being sent")),
    ChipKind.ACCEPTED: (Tone.KNOWN, N_("handed over")),
    ChipKind.DELIVERED: (Tone.GOOD, N_("delivered")),
    ChipKind.ANSWERED: (Tone.GOOD, N_("answered")),
    ChipKind.FAILED: (Tone.DANGER, N_("failed")),
    ChipKind.EXPIRED: (Tone.PLAIN, N_("expired")),
    ChipKind.WITHDRAWN: (Tone.PLAIN, N_("withdrawn")),
    ChipKind.SUPPRESSED: (Tone.PLAIN, N_("held back")),
    ChipKind.DEAD: (Tone.DANGER, N_("address dead")),
    ChipKind.NOT_YET: (Tone.KNOWN, N_("not yet in force")),
    ChipKind.IN_FORCE: (Tone.DANGER, N_("in force")),
    ChipKind.RUNNING_OUT: (Tone.SILENCE, N_("running out")),
    ChipKind.EXTENDED: (Tone.DANGER, N_("extended")),
    ChipKind.STOOD_DOWN: (Tone.GOOD, N_("stood down")),
    ChipKind.RAN_OUT_UNDECIDED: (Tone.SILENCE, N_("window ran out undecided")),
    ChipKind.FOLLOWED: (Tone.PLAIN, N_("another took its place")),
    ChipKind.OVERDUE: (Tone.SILENCE, N_("overdue")),
    ChipKind.ESCALATED: (Tone.SILENCE, N_("escalated")),
    ChipKind.TAKEN_ON: (Tone.GOOD, N_("taken on")),
    ChipKind.OPEN: (Tone.KNOWN, N_("open")),
    ChipKind.CLOSED: (Tone.PLAIN, N_("closed")),
    ChipKind.PART_OF: (Tone.PLAIN, N_("part of another")),
    ChipKind.DRAFT: (Tone.PLAIN, N_("draft")),
    ChipKind.DROPPED: (Tone.PLAIN, N_("dropped")),
    ChipKind.RETRACTED: (Tone.DISPUTE, N_("retracted")),
    ChipKind.REAFFIRMED: (Tone.KNOWN, N_("reaffirmed")),
    ChipKind.STRUCK: (Tone.DANGER, N_("struck")),
    ChipKind.EXACT: (Tone.DANGER, N_("struck as warned")),
    ChipKind.LATE: (Tone.DANGER, N_("struck after the window")),
    ChipKind.ELSEWHERE: (Tone.DANGER, N_("struck elsewhere")),
    ChipKind.DISRUPTED: (Tone.GOOD, N_("disrupted")),
    ChipKind.NOTHING: (Tone.PLAIN, N_("nothing happened")),
    ChipKind.UNKNOWN: (Tone.PLAIN, N_("not known")),
}

LIKELIHOODS = (
    N_("almost no chance"),
    N_("very unlikely"),
    N_("unlikely"),
    N_("roughly even chance"),
    N_("likely"),
    N_("very likely"),
    N_("almost certain"),
    N_("almost certainly"),
)
"""The words of ICD 203, as the desk writes them. Source: ICD 203, section D.6.e(2)(a)."""

ASKS = {"who": N_("Who is behind it?"), "what": N_("What is planned?")}

CONSISTENCIES = {
    "CC": N_("CC very consistent"),
    "C": N_("C consistent"),
    "N": N_("N neutral"),
    "I": N_("I inconsistent"),
    "II": N_("II very inconsistent"),
    "NA": N_("NA not applicable"),
    "no_indication": N_("no indication"),
}

WEIGHTS = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}

AMOUNTS = {"nothing": N_("nothing"), "little": N_("little"), "some": N_("some"), "much": N_("much")}

TELLS = (N_("not at all"), N_("hardly"), N_("somewhat"), N_("well"), N_("very well"))
"""How well a row tells hypotheses apart, by its diagnosticity."""

CONFIDENCES = {
    "low": N_("Confidence in the grounds is low."),
    "moderate": N_("Confidence in the grounds is moderate."),
    "high": N_("Confidence in the grounds is high."),
}

WARNINGS = {
    "alert": N_("Public alert"),
    "notice": N_("Confidential notice"),
    "advisory": N_("Advisory"),
    "statement": N_("Statement"),
    "reaffirmed": N_("Reaffirmed"),
    "second_knock": N_("Second knock"),
}

ENTRIES = {
    "AlertIssued": N_("A public alert was issued"),
    "AlertWindowExtended": N_("A public alert was extended"),
    "AlertWithdrawn": N_("A public alert was withdrawn"),
    "AlertRetracted": N_("A public alert was taken back: a false alarm"),
    "AlertStoodDown": N_("A public alert was stood down"),
    "AlertFollowed": N_("A public alert was followed by another"),
    "AlertWindowRanOut": N_("A public alert ran out; no all-clear was given"),
    "AdvisoryIssued": N_("An advisory was issued"),
    "AdvisoryWithdrawn": N_("An advisory was withdrawn"),
    "StatementPublished": N_("A statement was published"),
    "StatementEndorsed": N_("Somebody joined a statement"),
    "EndorsementWithdrawn": N_("Somebody left a statement"),
    "PersonForgotten": N_("Somebody was forgotten"),
    "NoticeSent": N_("A confidential notice was sent"),
    "DutyDecided": N_("It was decided whether to warn"),
    "NoticeGroundsSaid": N_("It was decided whether to warn"),
    "DutyTaken": N_("It was decided whether to warn"),
    "RefusalProposed": N_("It was decided whether to warn"),
    "RefusalUpheld": N_("It was decided whether to warn"),
    "RefusalOverturned": N_("It was decided whether to warn"),
    "DutyPolicyChosen": N_("It was chosen by which rules somebody may be left unwarned"),
    "NoticeOpened": N_("Something sealed was opened"),
    "RecordKeyAdded": N_("A key began to sign the record"),
    "RecordKeyRetired": N_("A key no longer signs the record"),
    "WitnessAdded": N_("A witness was asked to watch the record"),
    "WitnessRemoved": N_("A witness is no longer asked"),
    "sealed": N_("An hour was sealed"),
}
"""What an entry of the record says, or a fact that was opened, by its kind."""

STATEMENT_KINDS = {
    "condolence": N_("condolence"),
    "position": N_("position"),
    "correction": N_("correction"),
    "reaffirmation": N_("we stand by it"),
}

ADVISORY_LEVELS = {
    1: N_("Take normal precautions"),
    2: N_("Be more careful than usual"),
    3: N_("Think again before you travel"),
    4: N_("Do not travel"),
}

THREAT_KINDS = {
    "attack_on_gathering": N_("attack on a gathering"),
    "attack_on_site": N_("attack on a building or site"),
    "targeted_killing": N_("targeted killing"),
    "kidnapping": N_("kidnapping or hostage-taking"),
    "unrest": N_("unrest"),
    "other": N_("something else"),
}

TARGET_CLASSES = {
    "gathering": N_("gatherings"),
    "worship": N_("places of worship"),
    "government": N_("government"),
    "diplomatic": N_("embassies and missions"),
    "security_forces": N_("police and army"),
    "transport": N_("transport"),
    "hospitality": N_("hotels and restaurants"),
    "education": N_("schools and universities"),
    "health_and_aid": N_("hospitals and aid"),
    "infrastructure": N_("infrastructure"),
    "business": N_("businesses"),
    "media": N_("media"),
    "community": N_("a community"),
    "person": N_("a person"),
    "other": N_("something else"),
}

METHODS = {
    "firearms": N_("firearms"),
    "explosives": N_("explosives"),
    "vehicle": N_("a vehicle"),
    "blade": N_("blades"),
    "fire": N_("fire"),
    "abduction": N_("abduction"),
    "from_the_air": N_("from the air"),
    "cyber": N_("cyber"),
    "hazardous_material": N_("hazardous material"),
    "other": N_("something else"),
}

SEVERITIES = {
    "minor": N_("Minor"),
    "moderate": N_("Moderate"),
    "severe": N_("Severe"),
    "extreme": N_("Extreme"),
}

OBSERVED = {
    "observed": (Tone.KNOWN, N_("Observed")),
    "not_observed": (Tone.GOOD, N_("Not observed")),
    "unknown": (Tone.PLAIN, N_("Unknown")),
}

STRENGTHS = {"weak": N_("weak sign"), "medium": N_("sign"), "strong": N_("strong sign")}

FITS = {
    "actor": N_("its actor"),
    "actor_named": N_("its actor, by a name"),
    "place": N_("its place"),
    "place_named": N_("its place, by a name"),
    "place_perhaps": N_("perhaps its place, by a name that may mean another"),
    "country": N_("its country"),
    "target": N_("its target"),
    "time": N_("its time"),
}

INCIDENT_STANDS = {
    "waits": (Tone.SILENCE, N_("waits for a decision")),
    "for": (Tone.GOOD, N_("belongs to it: for it")),
    "against": (Tone.PLAIN, N_("belongs to it: against it")),
    "context": (Tone.PLAIN, N_("belongs to it: context")),
    "declined": (Tone.PLAIN, N_("does not belong to it")),
}
"""How an incident stands to a case to which it was proposed or linked."""

JOINED = {
    "part_of": N_("is looked after as part of"),
    "takes_in": N_("takes in"),
    "split_from": N_("was split from"),
    "split_off": N_("was split: part of it became"),
}

CARRIED = {
    "window": N_("When"),
    "places": N_("Where"),
    "kind": N_("What sort of threat, at what, by what class of means"),
    "targets": N_("Named targets"),
    "words": N_("What they want, and what else is known"),
    "actors": N_("Who is behind it"),
    "host": N_("Who is answerable for the place"),
}
"""What a case that is split off is about like the one it comes out of."""

BECAUSE = {
    "start": N_("Before anything is known: one plan in ten"),
    "seen": N_("Observed"),
    "not_seen": N_("Looked for, and not observed"),
    "origin_for": N_("An independent origin speaks for it"),
    "origin_against": N_("An independent origin speaks against it"),
}

ESCALATED_BECAUSE = {
    "silence": N_("no answer"),
    "denial": N_("the warning was denied"),
    "window": N_("the window is ending"),
    "failure": N_("delivery failed"),
    "deadline": N_("the deadline passed"),
    "help": N_("someone needs help"),
    "unread": N_("a reply was not read"),
    "code": N_("a code is to be read out"),
    "handing": N_("a handing on waits for a duty officer"),
    "case": N_("something about a case is due"),
}

URGENT = {
    "unanswered": (Tone.SILENCE, N_("No answer")),
    "disputed": (Tone.DISPUTE, N_("Disputed")),
    "dismissed": (Tone.DISPUTE, N_("Dismissed")),
    "running_out": (Tone.SILENCE, N_("Running out")),
    "undecided": (Tone.SILENCE, N_("Undecided")),
    "failed": (Tone.DANGER, N_("Failed")),
    "need_help": (Tone.DANGER, N_("Needs help")),
    "duty": (Tone.DANGER, N_("Duty to warn")),
    "unread": (Tone.SILENCE, N_("Not read")),
    "code": (Tone.DANGER, N_("Code to be read out")),
    "handing": (Tone.SILENCE, N_("To be handed on")),
    "judge_again": (Tone.SILENCE, N_("To be judged again")),
    "must_warn": (Tone.DANGER, N_("Must we warn?")),
    "step_due": (Tone.SILENCE, N_("Next step due")),
}

URGENT_GROUPS = {
    "need_help": N_("Needs help"),
    "duty": N_("Must they be warned?"),
    "unread": N_("Replies that nobody has read"),
    "code": N_("Codes to be read out"),
    "handing": N_("To be handed on, once somebody confirms it"),
    "cases": N_("Cases to be looked at"),
    "unanswered": N_("Not answered"),
    "disputed": N_("Disputed"),
    "dismissed": N_("Dismissed"),
    "window": N_("Running out, and ran out undecided"),
    "failed": N_("Did not arrive"),
    "taken": N_("Somebody has it"),
}
"""The sorts of what waits on the board."""

SIDES = {
    "victim": N_("Whom it is aimed at"),
    "protector": N_("Who answers for their safety"),
    "host": N_("The authorities of the place"),
    "public": N_("The public"),
    "own": N_("Our own people"),
}
"""To whom a duty to warn is owed."""

DUTY_OWED = {
    "decide": N_("Decide whether they are warned"),
    "review": N_("Review the proposal not to warn them"),
    "tell": N_("Tell them"),
    "have_it_read": N_("Handed over, unread: see that they read it, or read it to them"),
    "hear": N_("They have been told: hear from those who are silent"),
    "look_again": N_("Look again: does the danger go on?"),
}
"""What is owed of a duty to warn."""

DUTY_STAGES = {
    "asked": (Tone.SILENCE, N_("To be tested")),
    "found": (Tone.SILENCE, N_("A duty; to be decided")),
    "denied": (Tone.SILENCE, N_("Below the threshold, says the test; to be decided")),
    "review": (Tone.SILENCE, N_("Not to warn is proposed")),
    "below_threshold": (Tone.DISPUTE, N_("Not warned: below the threshold")),
    "refused": (Tone.DISPUTE, N_("Not warned")),
    "to_warn": (Tone.DANGER, N_("To be told")),
    "delivering": (Tone.SILENCE, N_("Being told")),
    "unread": (Tone.SILENCE, N_("Handed over, unread")),
    "told": (Tone.KNOWN, N_("Told; an answer is waited for")),
    "watched": (Tone.GOOD, N_("Told; looked at again")),
    "ended": (Tone.KNOWN, N_("Ended")),
}
"""Where a duty to warn has got to."""

TEST_QUESTIONS = {
    "credible": N_("Is it credible?"),
    "specific": N_("Is it specific?"),
    "impending": N_("Is it impending?"),
    "grave": N_("Is it killing, serious injury or kidnapping, and meant?"),
    "directed": N_("Is it aimed at somebody, or at a place?"),
}
TEST_SAID = {"yes": N_("yes"), "no": N_("no"), "unknown": N_("not known")}
DUTY_ENDS = {
    "event": N_("It happened"),
    "disrupted": N_("It was disrupted"),
    "passed": N_("It is over; nothing happened"),
    "withdrawn": N_("It was no danger, and whoever was told has been told so"),
}
DISTRUSTS = {"complicit": N_("may be complicit"), "leaks": N_("may leak")}
READS = {
    "quoted": N_("read in a public source"),
    "recalled": N_("not read again: look into the source first"),
    "ours": N_("ours"),
}
DISRUPTED_WORDS = N_("It was disrupted before they were told.")
BELOW_WORDS = N_("It is below the threshold: a question of the test is answered with no.")

WORD_GROUPS = {
    "replies": N_("Replies not read"),
    "questions": N_("Questions not answered"),
    "handings": N_("Handings on not confirmed"),
    "knocks": N_("Second knocks not sent"),
}
"""The sorts of what waits for our word."""

ACCOUNTS = {
    "accused": (Tone.DISPUTE, N_("accused")),
    "claimed": (Tone.KNOWN, N_("claimed it")),
    "no_indication": (Tone.PLAIN, N_("no indication as of")),
}

AFTER_MEANS = {
    "": "",
    "median": N_("median"),
    "to_all": N_("to all"),
    "so_far": N_("so far"),
}

AXES = {
    "time": N_("When"),
    "place": N_("Where"),
    "target": N_("Target"),
    "actor": N_("Who"),
    "act": N_("Carried out"),
}

QUESTIONS = {"what": N_("What"), "where": N_("Where"), "when": N_("When"), "who": N_("Who")}

VERDICTS = {
    "match": (Tone.GOOD, N_("as warned")),
    "near": (Tone.SILENCE, N_("near")),
    "miss": (Tone.DANGER, N_("not as warned")),
    "unknown": (Tone.PLAIN, N_("not known")),
}

ROLES = {
    "watch_officer": N_("watch officer"),
    "duty_officer": N_("duty officer"),
    "auditor": N_("auditor"),
    "administrator": N_("administrator"),
    "integrator": N_("integrator"),
}

WINDOWS = {
    WindowState.NOT_YET: (Tone.KNOWN, N_("not yet in force")),
    WindowState.OPEN: (Tone.DANGER, N_("in force")),
    WindowState.EXTENDED: (Tone.DANGER, N_("in force, extended")),
    WindowState.WITHDRAWN: (Tone.PLAIN, N_("withdrawn")),
    WindowState.STOOD_DOWN: (Tone.GOOD, N_("stood down")),
    WindowState.RAN_OUT_UNDECIDED: (Tone.SILENCE, N_("stated period ended; no all-clear given")),
}
DESK_WINDOWS = {**WINDOWS, WindowState.FOLLOWED: (Tone.PLAIN, N_("another took its place"))}
"""How a window stands, at the desk."""

CLOSED = {
    "stand_down": N_("stated period ended without an all-clear; later we said that the danger has passed"),
    "withdraw": N_("stated period ended without an all-clear; later we took the warning back"),
}
"""What is said of an alert about which its issuer spoke only after it had run out, by how."""

ALERT_STATES: dict[str, str] = {
    **{state.value: words for state, (_, words) in WINDOWS.items()},
    **CLOSED,
    "superseded": N_("replaced by a newer alert"),
    "retracted": N_("taken back: it was a false alarm"),
}
"""How an alert stands, in one sentence."""

THANKS = {
    "received": N_("We know that you have read it."),
    "acting": N_("We know that you are acting on it."),
    "safe": N_("We know that you are safe."),
    "need_help": N_("We know that you need help."),
    "disputed": N_("We know that you do not agree. A person reads this."),
    "dismissed": N_("We know that you set this aside. A person reads this."),
}

REACHED = N_("We know that it has reached you.")
"""What is said to whoever answers "received" while the words are behind a code: that they read it, nobody knows."""

MORE = {
    "acting": N_("What are you doing?"),
    "need_help": N_("What do you need?"),
    "disputed": N_("Why do you not believe it?"),
    "dismissed": N_("Why do you set it aside?"),
}
"""What the page of thanks asks whoever gave an answer, where there is more to say."""

ANSWERS = {
    "received": N_("Received it"),
    "acting": N_("Acting on it"),
    "safe": N_("Safe"),
    "need_help": N_("Need help"),
    "disputed": N_("Dispute it"),
    "dismissed": N_("Dismiss it"),
}
"""What somebody answered, as an officer chooses it."""

WAYS = {"mail": N_("by mail"), "sms": N_("by text message"), "webhook": N_("to your own system")}
"""How a code comes, by its channel."""
ANOTHER_WAY = N_("by another way")


def chip_word(chip: Chip, _: Words) -> str:
    """Say a chip: '5 silent', 'dismissed after 11 d 19 h'."""
    word = _(CHIPS[chip.kind][1])
    if chip.count is not None:
        word = _("%(count)s %(word)s", count=number(chip.count), word=word)
    if chip.after is None:
        return word
    if chip.kind is ChipKind.SILENT:
        return _("%(word)s for %(length)s", word=word, length=length(chip.after, _))
    return _("%(word)s after %(length)s", word=word, length=length(chip.after, _))


def chip(shown: Chip, _: Words) -> Markup:
    """Draw a chip."""
    return toned(CHIPS[shown.kind][0], chip_word(shown, _))


def toned(tone: Tone | str, word: str) -> Markup:
    """Draw a chip of any word."""
    return Markup('<span class="chip {}"><span>{}</span></span>').format(Tone(tone).value, word)


def likelihood_word(word: str, _: Words) -> str:
    """Say a word of ICD 203; any other stands as it was written."""
    return _(word) if word in LIKELIHOODS else word


def likelihood_words(words: tuple[str, str], _: Words) -> str:
    """Say a range by its words: those of its low and its high end, or the one that says both."""
    low, high = (likelihood_word(one, _) for one in words)
    return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


def role(name: str, _: Words) -> str:
    """Say what a person does at the desk; a role we have no word for stands as it is."""
    return _(ROLES[name]) if name in ROLES else name


def bdi(text: object) -> Markup:
    """Write data that is not ours to translate, safely beside text of either direction."""
    return Markup("<bdi>{}</bdi>").format(escape(text))


LABELS = {
    "headline": N_("Headline"),
    "event": N_("Event"),
    "urgency": N_("Urgency"),
    "severity": N_("Severity"),
    "certainty": N_("Certainty"),
    "category": N_("Category"),
}
"""What the fields of an alert are called."""

OTHER_STATES: dict[str, tuple[Tone, str]] = {
    "in_force": (Tone.DANGER, N_("In force")),
    "not_yet": (Tone.KNOWN, N_("Not yet in force")),
    "expired": (Tone.PLAIN, N_("Its time is over")),
    "over": (Tone.PLAIN, N_("Replaced or ended by whoever issued it")),
    "cancel": (Tone.PLAIN, N_("This ends an earlier warning")),
    "word": (Tone.PLAIN, N_("A reply to another message")),
}
"""How one of others' alerts stands, as the public reads it."""

OTHER_SEVERITIES: dict[str, tuple[Tone, str]] = {
    "Extreme": (Tone.DANGER, N_("extreme danger")),
    "Severe": (Tone.DANGER, N_("severe danger")),
    "Moderate": (Tone.SILENCE, N_("moderate danger")),
    "Minor": (Tone.PLAIN, N_("minor danger")),
}
"""How bad it would be, by CAP's own words; what is unknown is not said."""

NOT_DRAWN: dict[str, str] = {
    "polygon": N_("an outline that is wrong"),
    "circle": N_("a circle that is wrong or too large"),
    "code": N_("areas whose codes are not in our lists:"),
    "many": N_("more outlines than the map can hold"),
}
"""What the map of one of others' alerts leaves out. After a code stand the codes."""
