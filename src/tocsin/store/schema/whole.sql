-- The tables of version 0060, written by tools/tables.py;

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE actor_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	aliases TEXT NOT NULL, 
	listed_by TEXT NOT NULL, actor_kind TEXT DEFAULT 'group' NOT NULL, called TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE advisory_states (
	id TEXT NOT NULL, 
	country TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	previous_level BIGINT, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	reasons TEXT NOT NULL, 
	author TEXT NOT NULL, 
	approver TEXT NOT NULL, 
	issued_at TEXT NOT NULL, 
	review_at TEXT NOT NULL, 
	language TEXT NOT NULL, 
	threat TEXT, 
	ladder TEXT NOT NULL, 
	groups TEXT NOT NULL, 
	persons TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, audience TEXT DEFAULT '[]' NOT NULL, reviewed_at TEXT, reviewed_by TEXT, region TEXT DEFAULT '' NOT NULL, advice TEXT DEFAULT '' NOT NULL, polygon TEXT DEFAULT '[]' NOT NULL, risks TEXT DEFAULT '[]' NOT NULL, retraction TEXT, withdrawn_at TEXT, effective_at TEXT DEFAULT '1970-01-01T00:00:00.000000Z' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_advisory_states_threat ON advisory_states (threat);

CREATE TABLE alert_states (
	id TEXT NOT NULL, 
	threat TEXT, 
	stage TEXT NOT NULL, 
	author TEXT NOT NULL, 
	approver TEXT, 
	break_glass BOOLEAN NOT NULL, 
	sender TEXT NOT NULL, 
	sender_name TEXT NOT NULL, 
	wordings TEXT NOT NULL, 
	areas TEXT NOT NULL, 
	urgency TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	certainty TEXT NOT NULL, 
	category TEXT NOT NULL, 
	stated TEXT NOT NULL, 
	ladder TEXT NOT NULL, 
	groups TEXT NOT NULL, 
	persons TEXT NOT NULL, 
	follows TEXT, 
	reaffirms BOOLEAN NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	drafted_at TEXT NOT NULL, 
	begins TEXT NOT NULL, 
	window TEXT, 
	issued_at TEXT, 
	identifier TEXT, 
	cap TEXT, 
	due TEXT, retraction TEXT, audience TEXT DEFAULT '[]' NOT NULL, saw TEXT, upheld TEXT DEFAULT '[]' NOT NULL, later TEXT DEFAULT '[]' NOT NULL, template TEXT DEFAULT '' NOT NULL, template_version BIGINT DEFAULT '0' NOT NULL, actor_words BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_alert_states_due ON alert_states (due);

CREATE INDEX ix_alert_states_threat ON alert_states (threat);

CREATE TABLE answer_intake_states (
	id TEXT NOT NULL, 
	last BIGINT NOT NULL, 
	counts TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE answer_log (
	seq INTEGER NOT NULL, 
	recipient_row BIGINT NOT NULL, 
	answer TEXT NOT NULL, 
	at TEXT NOT NULL, 
	words TEXT NOT NULL, heard TEXT DEFAULT 'link' NOT NULL, 
	PRIMARY KEY (seq)
);

CREATE TABLE answer_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	heard TEXT NOT NULL, 
	said_at TEXT NOT NULL, 
	speaker TEXT NOT NULL, 
	words TEXT NOT NULL, 
	ordered TEXT NOT NULL, 
	source TEXT NOT NULL, 
	recorder TEXT NOT NULL, own_speaker TEXT DEFAULT '' NOT NULL, own_words TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_answer_states_warning ON answer_states (warning);

CREATE TABLE answers_by_link (
	log_seq INTEGER NOT NULL, 
	warning TEXT NOT NULL, 
	person TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (log_seq)
);

CREATE INDEX ix_answers_by_link_warning ON answers_by_link (warning);

CREATE TABLE batch_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	warning_kind TEXT NOT NULL, 
	errand TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	step BIGINT NOT NULL, 
	count BIGINT NOT NULL, 
	root TEXT NOT NULL, 
	not_after TEXT, 
	watch TEXT, 
	exercise BOOLEAN NOT NULL, 
	planned_at TEXT NOT NULL, 
	settled_at TEXT, 
	counts TEXT NOT NULL, 
	results_root TEXT, 
	receipts_root TEXT NOT NULL, lane TEXT DEFAULT 'bulk' NOT NULL, more BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_batch_states_warning ON batch_states (warning);

CREATE TABLE commands (
	command TEXT NOT NULL, 
	first_seq BIGINT NOT NULL, 
	last_seq BIGINT NOT NULL, 
	PRIMARY KEY (command)
)
 WITHOUT ROWID

;

CREATE TABLE commitments (
	fact_seq INTEGER NOT NULL, 
	salt BLOB, 
	owner TEXT, 
	commitment BLOB NOT NULL, 
	entry BIGINT, 
	place INTEGER, 
	held BIGINT, 
	opening BIGINT, 
	PRIMARY KEY (fact_seq)
);

CREATE INDEX ix_commitments_entry ON commitments (entry);

CREATE INDEX ix_commitments_held ON commitments (held);

CREATE TABLE checkpoints (
	size INTEGER NOT NULL, 
	root BLOB NOT NULL, 
	at TEXT NOT NULL, 
	note BLOB NOT NULL, 
	witnessed BOOLEAN NOT NULL, 
	published BOOLEAN NOT NULL, 
	PRIMARY KEY (size)
);

CREATE TABLE keeps (
	entry BIGINT NOT NULL, 
	place INTEGER NOT NULL, 
	fact_seq BIGINT NOT NULL, 
	PRIMARY KEY (entry, place)
)
 WITHOUT ROWID

;

CREATE INDEX ix_keeps_fact_seq ON keeps (fact_seq);

CREATE TABLE receipt_trees (
	name TEXT NOT NULL, 
	filled BLOB NOT NULL, 
	dummies BLOB NOT NULL, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID

;

CREATE TABLE contact_states (
	id TEXT NOT NULL, 
	person TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	address TEXT NOT NULL, 
	"order" BIGINT NOT NULL, stands TEXT DEFAULT 'active' NOT NULL, confirmed_at TEXT, failed_at TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_contact_states_person ON contact_states (person);

CREATE TABLE entries (
	number INTEGER NOT NULL, 
	entry BLOB NOT NULL, 
	leaf BLOB NOT NULL, 
	fact_seq BIGINT, 
	PRIMARY KEY (number)
);

CREATE UNIQUE INDEX entries_fact_seq ON entries (fact_seq) WHERE fact_seq IS NOT NULL;

CREATE TABLE group_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, rule TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE house (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID

;

CREATE TABLE incident_states (
	id TEXT NOT NULL, 
	what TEXT NOT NULL, 
	"where" TEXT NOT NULL, 
	happened_at TEXT NOT NULL, 
	point TEXT, 
	actor TEXT, 
	reports TEXT NOT NULL, 
	published_at TEXT, 
	published_by_host BOOLEAN NOT NULL, 
	mark TEXT NOT NULL, country TEXT DEFAULT '' NOT NULL, corrected_at TEXT, corrected_why TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE journal (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	v INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	occurred_at TEXT NOT NULL, 
	recorded_at TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	command TEXT NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);

CREATE INDEX ix_journal_subject ON journal (subject);

CREATE TABLE leases (
	batch TEXT NOT NULL, 
	lane INTEGER NOT NULL, 
	due TEXT, 
	owner TEXT, 
	channel TEXT DEFAULT '' NOT NULL, cut_off BOOLEAN DEFAULT 0 NOT NULL, set_at TEXT, 
	PRIMARY KEY (batch)
)
 WITHOUT ROWID

;

CREATE TABLE membership_states (
	id TEXT NOT NULL, 
	"group" TEXT NOT NULL, 
	person TEXT NOT NULL, left_at TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_membership_states_group ON membership_states ("group");

CREATE INDEX ix_membership_states_person ON membership_states (person);

CREATE TABLE notice_states (
	id TEXT NOT NULL, 
	threat TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	decider TEXT NOT NULL, 
	decided_at TEXT NOT NULL, 
	test TEXT NOT NULL, 
	why TEXT NOT NULL, 
	ground_not_to TEXT NOT NULL, 
	author TEXT, 
	approver TEXT, 
	recipients TEXT NOT NULL, 
	tear_line TEXT, 
	mark TEXT NOT NULL, 
	readers TEXT NOT NULL, 
	stated TEXT NOT NULL, 
	ladder TEXT NOT NULL, 
	window TEXT, 
	sent_at TEXT, 
	exercise BOOLEAN NOT NULL, 
	due TEXT, 
	originators TEXT NOT NULL, 
	opening TEXT NOT NULL, retraction TEXT, upheld TEXT DEFAULT '[]' NOT NULL, follows TEXT, second_knock_of TEXT, knocks_at TEXT, in_message TEXT DEFAULT '' NOT NULL, carried BOOLEAN, authors TEXT DEFAULT '[]' NOT NULL, versions TEXT DEFAULT '[]' NOT NULL, release_by TEXT DEFAULT '[]' NOT NULL, releases TEXT DEFAULT '[]' NOT NULL, released TEXT DEFAULT '[]' NOT NULL, meant_for TEXT DEFAULT '[]' NOT NULL, language TEXT DEFAULT '' NOT NULL, unnamed BOOLEAN DEFAULT 0 NOT NULL, dropped_at TEXT, dropped_by TEXT, dropped_why TEXT DEFAULT '' NOT NULL, break_glass BOOLEAN DEFAULT 0 NOT NULL, glass_why TEXT DEFAULT '' NOT NULL, meant_words TEXT DEFAULT '[]' NOT NULL, unasked TEXT DEFAULT '[]' NOT NULL, unasked_why TEXT DEFAULT '' NOT NULL, duty TEXT, grounds TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_notice_states_due ON notice_states (due);

CREATE INDEX ix_notice_states_threat ON notice_states (threat);

CREATE TABLE outbox (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	due TEXT NOT NULL, 
	errand TEXT NOT NULL, 
	subject TEXT NOT NULL
);

CREATE INDEX ix_outbox_due ON outbox (due);

CREATE TABLE outcome_states (
	id TEXT NOT NULL, 
	what TEXT NOT NULL, 
	place_name TEXT NOT NULL, 
	point TEXT, 
	struck_at TEXT, 
	reports TEXT NOT NULL, 
	course TEXT NOT NULL, 
	time TEXT NOT NULL, 
	place TEXT NOT NULL, 
	target TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	judge TEXT, 
	judged_at TEXT, 
	why TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE person_states (
	id TEXT NOT NULL, 
	person_kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	languages TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	cleared_to TEXT NOT NULL, 
	sign_in TEXT NOT NULL, 
	secret_hash TEXT NOT NULL, 
	forgotten BOOLEAN NOT NULL, 
	holds BIGINT NOT NULL, 
	exercise BOOLEAN NOT NULL, "row" TEXT DEFAULT '' NOT NULL, paused_at TEXT, paused_until TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE recipients (
	"row" INTEGER NOT NULL, 
	batch TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	warning TEXT NOT NULL, 
	person TEXT NOT NULL, 
	contact TEXT NOT NULL, 
	PRIMARY KEY ("row"), 
	CONSTRAINT recipients_batch_position UNIQUE (batch, position)
);

CREATE INDEX ix_recipients_warning ON recipients (warning);

CREATE TABLE report_states (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	published_at TEXT, 
	url TEXT, 
	language TEXT NOT NULL, 
	credibility BIGINT NOT NULL, 
	claims TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	readers TEXT NOT NULL, 
	relays TEXT, 
	origin TEXT, 
	exercise BOOLEAN NOT NULL, revised_at TEXT, taken_back_at TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE receipts_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	batches TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	receipts TEXT NOT NULL, 
	gathered_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_receipts_states_warning ON receipts_states (warning);

CREATE TABLE record_key_states (
	id TEXT NOT NULL, 
	vkey TEXT NOT NULL, 
	added_at TEXT NOT NULL, 
	retired_at TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE record_witness_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	vkey TEXT NOT NULL, 
	added_at TEXT NOT NULL, 
	removed_at TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE seals (
	entry INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	open_by TEXT NOT NULL, 
	dummies BLOB NOT NULL, 
	kept_dummies BLOB NOT NULL, 
	PRIMARY KEY (entry), 
	UNIQUE (at)
);

CREATE INDEX ix_seals_open_by ON seals (open_by);

CREATE TABLE source_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	source_kind TEXT NOT NULL, 
	reliability TEXT NOT NULL, 
	why TEXT NOT NULL, organisation TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE statement_states (
	id TEXT NOT NULL, 
	statement_kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	author TEXT NOT NULL, 
	approver TEXT NOT NULL, 
	edition BIGINT NOT NULL, 
	language TEXT NOT NULL, 
	threat TEXT, 
	published_at TEXT NOT NULL, 
	endorsements TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, change TEXT DEFAULT '' NOT NULL, about TEXT, earlier TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_statement_states_threat ON statement_states (threat);

CREATE TABLE threat_states (
	id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	opened_at TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	actors TEXT NOT NULL, 
	targets TEXT NOT NULL, 
	place TEXT NOT NULL, 
	host TEXT, 
	begins TEXT, 
	ends TEXT, 
	mark TEXT NOT NULL, 
	readers TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	assessments TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	accusations TEXT NOT NULL, 
	no_indications TEXT NOT NULL, particulars TEXT DEFAULT '{}' NOT NULL, attributions TEXT DEFAULT '[]' NOT NULL, questions TEXT DEFAULT '[]' NOT NULL, checklist TEXT DEFAULT '{}' NOT NULL, proposed TEXT DEFAULT '[]' NOT NULL, joined TEXT DEFAULT '{}' NOT NULL, next_step TEXT, ended TEXT, split_from TEXT, unlinked TEXT DEFAULT '[]' NOT NULL, markings TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE tree (
	one INTEGER NOT NULL, 
	size BIGINT NOT NULL, 
	frontier BLOB NOT NULL, 
	next_seal TEXT NOT NULL, 
	settled TEXT NOT NULL, 
	PRIMARY KEY (one)
);

CREATE TABLE versions (
	subject TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	PRIMARY KEY (subject)
)
 WITHOUT ROWID

;

CREATE TABLE watch_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	"of" TEXT NOT NULL, 
	why TEXT NOT NULL, 
	ladder TEXT NOT NULL, 
	opened_at TEXT NOT NULL, 
	rings TEXT NOT NULL, 
	accepted_by TEXT, 
	accepted_at TEXT, 
	accepted_words TEXT NOT NULL, 
	settled_at TEXT, 
	settled_how TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	due TEXT, step BIGINT DEFAULT '0' NOT NULL, at_step TEXT DEFAULT '[]' NOT NULL, held_until TEXT, notes TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_watch_states_due ON watch_states (due);

CREATE INDEX ix_watch_states_warning ON watch_states (warning);

CREATE TRIGGER journal_never_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;

CREATE TRIGGER journal_never_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;

CREATE TRIGGER entries_never_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;

CREATE TRIGGER entries_never_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END;

CREATE TRIGGER answer_log_never_update BEFORE UPDATE ON answer_log BEGIN SELECT RAISE(ABORT, 'answer_log is append-only'); END;

CREATE TRIGGER answer_log_never_delete BEFORE DELETE ON answer_log BEGIN SELECT RAISE(ABORT, 'answer_log is append-only'); END;

CREATE TRIGGER recipients_never_update BEFORE UPDATE ON recipients BEGIN SELECT RAISE(ABORT, 'recipients is append-only'); END;

CREATE TRIGGER recipients_never_delete BEFORE DELETE ON recipients BEGIN SELECT RAISE(ABORT, 'recipients is append-only'); END;

CREATE TRIGGER seals_never_update BEFORE UPDATE ON seals BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;

CREATE TRIGGER seals_never_delete BEFORE DELETE ON seals BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;

CREATE TRIGGER keeps_never_update BEFORE UPDATE ON keeps BEGIN SELECT RAISE(ABORT, 'keeps is append-only'); END;

CREATE TRIGGER keeps_never_delete BEFORE DELETE ON keeps BEGIN SELECT RAISE(ABORT, 'keeps is append-only'); END;

CREATE TRIGGER receipt_trees_never_update BEFORE UPDATE ON receipt_trees BEGIN SELECT RAISE(ABORT, 'receipt_trees is append-only'); END;

CREATE TRIGGER receipt_trees_never_delete BEFORE DELETE ON receipt_trees BEGIN SELECT RAISE(ABORT, 'receipt_trees is append-only'); END;

CREATE TABLE needs_states (
	id TEXT NOT NULL, 
	needs TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE place_states (
	id TEXT NOT NULL, 
	person TEXT NOT NULL, 
	place_kind TEXT NOT NULL, 
	"where" TEXT NOT NULL, 
	since TEXT, 
	until TEXT, 
	said_at TEXT NOT NULL, 
	removed_at TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_place_states_person ON place_states (person);

CREATE TABLE consent_states (
	id TEXT NOT NULL, 
	person TEXT NOT NULL, 
	"to" TEXT NOT NULL, 
	wording TEXT NOT NULL, 
	language TEXT NOT NULL, 
	shown TEXT NOT NULL, 
	proof TEXT NOT NULL, 
	given_at TEXT NOT NULL, 
	withdrawn_at TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_consent_states_person ON consent_states (person);

CREATE TABLE post_states (
	id TEXT NOT NULL, 
	organisation TEXT NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_post_states_organisation ON post_states (organisation);

CREATE TABLE tenure_states (
	id TEXT NOT NULL, 
	post TEXT NOT NULL, 
	person TEXT NOT NULL, 
	since TEXT NOT NULL, 
	left_at TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_tenure_states_post ON tenure_states (post);

CREATE INDEX ix_tenure_states_person ON tenure_states (person);

CREATE INDEX leases_due ON leases (channel, lane, due) WHERE due IS NOT NULL;

CREATE TABLE allowances (
	account TEXT NOT NULL, 
	tokens FLOAT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (account)
)
 WITHOUT ROWID

;

CREATE TABLE audience_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	counts TEXT NOT NULL, 
	ground TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	resolved_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_audience_states_warning ON audience_states (warning);

CREATE INDEX person_states_paused ON person_states (id) WHERE paused_at IS NOT NULL;

CREATE TABLE echoes (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	channel TEXT NOT NULL, 
	message TEXT NOT NULL, 
	said TEXT NOT NULL, 
	for_good BOOLEAN NOT NULL, 
	detail TEXT NOT NULL, 
	at TEXT NOT NULL, 
	due TEXT NOT NULL
);

CREATE INDEX ix_echoes_due ON echoes (due);

CREATE TABLE echo_intake_states (
	id TEXT NOT NULL, 
	last BIGINT NOT NULL, 
	counts TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX contact_states_failed ON contact_states (failed_at) WHERE failed_at IS NOT NULL;

CREATE TABLE rota_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	members TEXT NOT NULL, 
	first TEXT NOT NULL, 
	turn TEXT NOT NULL, 
	every BIGINT NOT NULL, 
	hours TEXT NOT NULL, 
	shifts TEXT NOT NULL, 
	stands TEXT NOT NULL, 
	dropped_at TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE policy_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	ladder TEXT NOT NULL, 
	saved_at TEXT NOT NULL, 
	dropped_at TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE notes (
	seq INTEGER NOT NULL, 
	batch TEXT NOT NULL, 
	positions TEXT NOT NULL, 
	stands TEXT NOT NULL, 
	at TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	detail TEXT NOT NULL, 
	again TEXT, 
	echo BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (seq)
);

CREATE INDEX ix_notes_batch ON notes (batch);

CREATE INDEX notes_echoes ON notes (at) WHERE echo = 1;

CREATE TRIGGER notes_never_update BEFORE UPDATE ON notes BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;

CREATE TRIGGER notes_never_delete BEFORE DELETE ON notes BEGIN SELECT RAISE(ABORT, 'notes is append-only'); END;

CREATE VIEW results AS SELECT n.seq, n.batch, p.value AS position, n.stands, n.at, n.attempt, n.detail, n.again, n.echo FROM notes n, json_each(n.positions) p;

CREATE INDEX answers_by_link_person ON answers_by_link (person, warning);

CREATE TABLE replies_seen (
	message TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (message)
)
 WITHOUT ROWID

;

CREATE INDEX ix_replies_seen_at ON replies_seen (at);

CREATE TABLE reply_states (
	id TEXT NOT NULL, 
	person TEXT NOT NULL, 
	heard TEXT NOT NULL, 
	came_at TEXT NOT NULL, 
	words TEXT NOT NULL, 
	why TEXT NOT NULL, 
	warnings TEXT NOT NULL, 
	others TEXT NOT NULL, 
	decided_at TEXT, 
	decided_by TEXT, 
	answer TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_reply_states_person ON reply_states (person);

CREATE TABLE access_code_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	person TEXT NOT NULL, 
	"row" BIGINT NOT NULL, 
	contact TEXT, 
	drawn TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	expires TEXT NOT NULL, 
	tries BIGINT NOT NULL, 
	named_at TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_access_code_states_warning ON access_code_states (warning);

CREATE INDEX ix_access_code_states_person ON access_code_states (person);

CREATE TABLE sending_again_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	step BIGINT NOT NULL, 
	"of" TEXT NOT NULL, 
	unless TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	asked_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_sending_again_states_warning ON sending_again_states (warning);

CREATE INDEX ix_source_states_organisation ON source_states (organisation);

CREATE TABLE line_states (
	id TEXT NOT NULL, 
	places TEXT NOT NULL, 
	patience_s BIGINT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE approach_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	"of" TEXT NOT NULL, 
	line TEXT NOT NULL, 
	patience_s BIGINT NOT NULL, 
	turns TEXT NOT NULL, 
	ended_at TEXT, 
	ended_how TEXT NOT NULL, 
	due TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_approach_states_warning ON approach_states (warning);

CREATE INDEX ix_approach_states_due ON approach_states (due);

CREATE TABLE handing_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	"to" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	heard TEXT NOT NULL, 
	speaker TEXT NOT NULL, 
	words TEXT NOT NULL, 
	recorder TEXT NOT NULL, 
	told BOOLEAN NOT NULL, giver TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_handing_states_warning ON handing_states (warning);

CREATE TABLE question_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	words TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	heard TEXT NOT NULL, 
	speaker TEXT NOT NULL, 
	giver TEXT, 
	recorder TEXT, 
	answered_at TEXT, 
	answer TEXT NOT NULL, 
	answerer TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_question_states_warning ON question_states (warning);

CREATE TABLE proposal_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	report TEXT NOT NULL, 
	source TEXT NOT NULL, 
	said_at TEXT NOT NULL, 
	proposed_at TEXT NOT NULL, 
	delay_s BIGINT NOT NULL, 
	denials TEXT NOT NULL, 
	of_the_case BOOLEAN NOT NULL, 
	stands TEXT NOT NULL, 
	answer TEXT, 
	decided_at TEXT, 
	decided_by TEXT, 
	why TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_proposal_states_warning ON proposal_states (warning);

CREATE TABLE read_back_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	what TEXT NOT NULL, 
	"where" TEXT NOT NULL, 
	"when" TEXT NOT NULL, 
	will_do TEXT NOT NULL, 
	given_at TEXT NOT NULL, 
	heard TEXT NOT NULL, 
	speaker TEXT NOT NULL, 
	giver TEXT, 
	recorder TEXT, 
	compared_at TEXT, 
	compared_by TEXT, 
	differs TEXT NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_read_back_states_warning ON read_back_states (warning);

CREATE TABLE knock_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	why TEXT NOT NULL, 
	since TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	consents TEXT NOT NULL, 
	notice TEXT, 
	through TEXT, 
	author TEXT, 
	drafted_at TEXT, 
	lines TEXT NOT NULL, 
	left_out BIGINT NOT NULL, 
	dropped_at TEXT, 
	dropped_by TEXT, 
	dropped_why TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_knock_states_warning ON knock_states (warning);

CREATE TABLE deadline_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	deadline_kind TEXT NOT NULL, 
	window TEXT NOT NULL, 
	met_at TEXT, 
	met_how TEXT NOT NULL, 
	met_by TEXT, 
	met_why TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	due TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_deadline_states_warning ON deadline_states (warning);

CREATE INDEX ix_deadline_states_due ON deadline_states (due);

CREATE TABLE headcount_states (
	id TEXT NOT NULL, 
	threat TEXT, 
	author TEXT NOT NULL, 
	issued_at TEXT NOT NULL, 
	window TEXT, 
	questions TEXT NOT NULL, 
	ladder TEXT NOT NULL, 
	groups TEXT NOT NULL, 
	persons TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	follows TEXT, 
	exercise BOOLEAN NOT NULL, 
	due TEXT, 
	sheets TEXT NOT NULL, 
	retraction TEXT, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_headcount_states_threat ON headcount_states (threat);

CREATE INDEX ix_headcount_states_due ON headcount_states (due);

CREATE TABLE wardenship_states (
	id TEXT NOT NULL, 
	warden TEXT NOT NULL, 
	"group" TEXT, 
	persons TEXT NOT NULL, 
	held BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_wardenship_states_group ON wardenship_states ("group");

CREATE TABLE handing_wish_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	"to" TEXT NOT NULL, 
	giver TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	contact TEXT, 
	words TEXT NOT NULL, 
	handing TEXT, 
	decided_at TEXT, 
	decided_by TEXT, 
	why TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_handing_wish_states_warning ON handing_wish_states (warning);

CREATE TABLE laid_by (
	name TEXT NOT NULL, 
	upto BIGINT NOT NULL, 
	body BLOB NOT NULL, 
	mark BLOB NOT NULL, 
	PRIMARY KEY (name, upto)
);

CREATE TABLE advisory_draft_states (
	id TEXT NOT NULL, 
	country TEXT NOT NULL, 
	region TEXT NOT NULL, 
	polygon TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	advice TEXT NOT NULL, 
	risks TEXT NOT NULL, 
	why TEXT NOT NULL, 
	author TEXT NOT NULL, 
	authors TEXT NOT NULL, 
	"before" TEXT, 
	drafted_at TEXT NOT NULL, 
	effective_at TEXT, 
	review_at TEXT, 
	language TEXT NOT NULL, 
	threat TEXT, 
	ladder TEXT NOT NULL, 
	groups TEXT NOT NULL, 
	persons TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	approved_at TEXT, 
	approver TEXT, 
	dropped_at TEXT, 
	dropped_by TEXT, 
	dropped_why TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_advisory_draft_states_threat ON advisory_draft_states (threat);

CREATE TABLE received (
	number INTEGER NOT NULL, 
	sha256 BLOB NOT NULL, 
	sender TEXT NOT NULL, 
	identifier TEXT NOT NULL, 
	sent TEXT NOT NULL, 
	source TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	ok BOOLEAN NOT NULL, 
	problems TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	signed_by TEXT, 
	raw BLOB NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (sha256)
);

CREATE INDEX received_identity ON received (sender, identifier, sent);

CREATE TABLE follow_up_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	ends TEXT, 
	all_clear BOOLEAN NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_follow_up_states_warning ON follow_up_states (warning);

CREATE TABLE statement_draft_states (
	id TEXT NOT NULL, 
	statement_kind TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	author TEXT NOT NULL, 
	authors TEXT NOT NULL, 
	edition BIGINT NOT NULL, 
	change TEXT NOT NULL, 
	about TEXT, 
	language TEXT NOT NULL, 
	threat TEXT, 
	exercise BOOLEAN NOT NULL, 
	drafted_at TEXT NOT NULL, 
	approved_at TEXT, 
	approver TEXT, 
	dropped_at TEXT, 
	dropped_by TEXT, 
	dropped_why TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_statement_draft_states_threat ON statement_draft_states (threat);

CREATE TABLE others_advice_state_states (
	id TEXT NOT NULL, 
	publisher TEXT NOT NULL, 
	place TEXT NOT NULL, 
	region TEXT NOT NULL, 
	said TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	gone BOOLEAN NOT NULL, 
	until TEXT, 
	PRIMARY KEY (id)
);

CREATE TABLE others_reading_states (
	id TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	places BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE received_chain (
	number INTEGER NOT NULL, 
	sender TEXT NOT NULL, 
	identifier TEXT NOT NULL, 
	sent TEXT NOT NULL, 
	msg_type TEXT NOT NULL, 
	status TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	source TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	signature TEXT NOT NULL, 
	warns BOOLEAN NOT NULL, 
	begins TEXT NOT NULL, 
	ends TEXT NOT NULL, 
	again BIGINT, 
	reissue_of BIGINT, 
	words BLOB NOT NULL, 
	odd TEXT NOT NULL, 
	PRIMARY KEY (number)
);

CREATE INDEX received_chain_identity ON received_chain (sender, identifier, sent);

CREATE INDEX received_chain_words ON received_chain (words);

CREATE TABLE received_over (
	sender TEXT NOT NULL, 
	identifier TEXT NOT NULL, 
	sent TEXT NOT NULL, 
	by_number BIGINT NOT NULL, 
	at TEXT NOT NULL, 
	received_at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	signed BOOLEAN NOT NULL, 
	status TEXT NOT NULL, 
	PRIMARY KEY (sender, identifier, sent, by_number)
);

CREATE INDEX received_over_by ON received_over (by_number);

CREATE INDEX handing_wish_states_open ON handing_wish_states (asked_at) WHERE decided_at IS NULL;

CREATE INDEX question_states_open ON question_states (asked_at) WHERE answered_at IS NULL;

CREATE INDEX watch_states_open ON watch_states (warning, why, "of") WHERE settled_at IS NULL AND accepted_at IS NULL;

CREATE TABLE alert_draft_states (
	id TEXT NOT NULL, 
	threat TEXT, 
	contents TEXT NOT NULL, 
	author TEXT NOT NULL, 
	authors TEXT NOT NULL, 
	editions TEXT NOT NULL, 
	drafted_at TEXT NOT NULL, 
	approved_at TEXT, 
	approver TEXT, 
	break_glass BOOLEAN NOT NULL, 
	dropped_at TEXT, 
	dropped_by TEXT, 
	dropped_why TEXT NOT NULL, left_out TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_alert_draft_states_threat ON alert_draft_states (threat);

CREATE TABLE alert_template_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	pieces TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	hours BIGINT NOT NULL, 
	urgency TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	certainty TEXT NOT NULL, 
	category TEXT NOT NULL, 
	base TEXT NOT NULL, 
	author TEXT NOT NULL, 
	authors TEXT NOT NULL, 
	written_at TEXT NOT NULL, 
	ready TEXT, 
	retired_at TEXT, 
	retired_by TEXT, 
	retired_why TEXT NOT NULL, left_out TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE inlet_states (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	publisher TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	address TEXT NOT NULL, 
	every_s BIGINT NOT NULL, 
	senders TEXT NOT NULL, 
	keys TEXT NOT NULL, 
	signed BOOLEAN NOT NULL, 
	licence TEXT NOT NULL, 
	shown BOOLEAN NOT NULL, 
	is_on BOOLEAN NOT NULL, 
	added_at TEXT NOT NULL, 
	token TEXT, private BOOLEAN DEFAULT 0 NOT NULL, plain BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE received_ways (
	number BIGINT NOT NULL, 
	inlet TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (number, inlet)
)
 WITHOUT ROWID

;

CREATE INDEX received_ways_inlet ON received_ways (inlet, number);

CREATE TABLE received_gists (
	number BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	gist TEXT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (name)
);

CREATE TABLE inlet_stands (
	inlet TEXT NOT NULL, 
	due TEXT, 
	tag TEXT DEFAULT '' NOT NULL, 
	modified TEXT DEFAULT '' NOT NULL, 
	digest BLOB DEFAULT (x'') NOT NULL, 
	round BIGINT DEFAULT '0' NOT NULL, 
	asked_at TEXT, 
	heard_at TEXT, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	quiet INTEGER DEFAULT '0' NOT NULL, 
	trouble TEXT DEFAULT '' NOT NULL, 
	newest_sent TEXT, 
	kept BIGINT DEFAULT '0' NOT NULL, 
	refused BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (inlet)
)
 WITHOUT ROWID

;

CREATE INDEX ix_inlet_stands_due ON inlet_stands (due);

CREATE TABLE inlet_items (
	inlet TEXT NOT NULL, 
	item TEXT NOT NULL, 
	stamp TEXT NOT NULL, 
	round BIGINT NOT NULL, 
	due TEXT, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	number BIGINT, 
	why TEXT DEFAULT '' NOT NULL, 
	gone_at TEXT, 
	PRIMARY KEY (inlet, item)
)
 WITHOUT ROWID

;

CREATE INDEX inlet_items_due ON inlet_items (inlet, due) WHERE due IS NOT NULL;

CREATE INDEX inlet_items_number ON inlet_items (number);

CREATE INDEX inlet_items_round ON inlet_items (inlet, round);

CREATE TABLE inlet_refusals (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	inlet TEXT NOT NULL, 
	at TEXT NOT NULL, 
	what TEXT NOT NULL, 
	sha256 BLOB NOT NULL, 
	why TEXT NOT NULL
);

CREATE INDEX inlet_refusals_inlet ON inlet_refusals (inlet, seq);

CREATE VIEW others_links AS
SELECT c.number, o.by_number, o.at
FROM received_chain c JOIN received_over o
    ON o.sender = c.sender AND o.identifier = c.identifier AND o.sent = c.sent AND o.status = c.status
JOIN received_chain b ON b.number = o.by_number AND b.again IS NULL
WHERE o.signed OR o.source = c.source OR EXISTS (
    SELECT 1 FROM received_ways v JOIN received_ways w ON w.inlet = v.inlet
    WHERE v.number = o.by_number AND w.number = c.number);

CREATE INDEX incident_states_happened_at ON incident_states (happened_at);

CREATE TABLE taken_bundle_states (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	bundle_id TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	count BIGINT NOT NULL, 
	"by" TEXT NOT NULL, 
	taken_at TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	readers TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE TABLE foreign_object_states (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	bundle TEXT NOT NULL, 
	foreign_id TEXT NOT NULL, 
	foreign_type TEXT NOT NULL, 
	said_version TEXT NOT NULL, 
	said TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	readers TEXT NOT NULL, 
	revoked BOOLEAN NOT NULL, 
	report TEXT, 
	origin TEXT NOT NULL, 
	taken_at TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX foreign_object_states_foreign ON foreign_object_states (foreign_id);

CREATE INDEX foreign_object_states_report ON foreign_object_states (report);

CREATE INDEX foreign_object_states_origin ON foreign_object_states (origin) WHERE origin != '';

CREATE TABLE handed_out_states (
	id TEXT NOT NULL, 
	threat TEXT NOT NULL, 
	at TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	"to" TEXT NOT NULL, 
	whom TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	objects TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	released TEXT NOT NULL, within BOOLEAN, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_handed_out_states_threat ON handed_out_states (threat);

CREATE TABLE duty_states (
	id TEXT NOT NULL, 
	threat TEXT NOT NULL, 
	side TEXT NOT NULL, 
	who TEXT NOT NULL, 
	whom TEXT NOT NULL, 
	author TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	ladder TEXT NOT NULL, 
	exercise BOOLEAN NOT NULL, 
	event_at TEXT, 
	because_of TEXT, 
	opened_at TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	decide_by TEXT NOT NULL, 
	deliver_by TEXT NOT NULL, 
	decide_s BIGINT NOT NULL, 
	deliver_s BIGINT NOT NULL, 
	since TEXT NOT NULL, 
	owed_by TEXT, 
	due TEXT, 
	missed TEXT NOT NULL, 
	test TEXT, 
	tester TEXT, 
	tested_at TEXT, 
	refusals TEXT NOT NULL, 
	decider TEXT, 
	decided_at TEXT, 
	why TEXT NOT NULL, 
	warning TEXT, 
	served_at TEXT, 
	told_at TEXT, 
	told_how TEXT NOT NULL, 
	told_by TEXT, 
	answer TEXT NOT NULL, 
	answered_at TEXT, 
	looked_at TEXT, 
	looked_by TEXT, 
	looked_why TEXT NOT NULL, 
	ended_at TEXT, 
	ended_how TEXT NOT NULL, 
	ended_by TEXT, 
	ended_why TEXT NOT NULL, 
	untold BOOLEAN NOT NULL, reopened_at TEXT, covered_by TEXT, covered_why TEXT DEFAULT '' NOT NULL, apart TEXT DEFAULT '[]' NOT NULL, sooner_at TEXT, arrived_at TEXT, tested_why TEXT DEFAULT '' NOT NULL, tested_before TEXT DEFAULT '[]' NOT NULL, superseded TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_duty_states_threat ON duty_states (threat);

CREATE INDEX ix_duty_states_due ON duty_states (due);

CREATE INDEX ix_duty_states_warning ON duty_states (warning);

CREATE TABLE distrusted_host_states (
	id TEXT NOT NULL, 
	threat TEXT NOT NULL, 
	host TEXT NOT NULL, 
	distrust TEXT NOT NULL, 
	distrusted_at TEXT NOT NULL, 
	distrusted_by TEXT NOT NULL, 
	why TEXT NOT NULL, 
	trusted_at TEXT, 
	trusted_by TEXT, 
	trusted_why TEXT NOT NULL, kept TEXT DEFAULT '[]' NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_distrusted_host_states_threat ON distrusted_host_states (threat);

CREATE TABLE duty_policy_states (
	id TEXT NOT NULL, 
	pack TEXT NOT NULL, 
	hours TEXT NOT NULL, 
	chosen TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE VIEW others_shown AS
SELECT c.number, g.name, g.gist, c.sender, c.identifier, c.sent, c.msg_type, c.begins, c.ends, c.received_at, c.signature,
    c.again, c.warns, (SELECT r.raw FROM received r WHERE r.number = c.number) AS raw,
    (SELECT i.publisher FROM received_ways w JOIN inlet_states i ON i.id = w.inlet
        WHERE w.number = c.number AND i.shown ORDER BY w.at LIMIT 1) AS publisher,
    (SELECT i.licence FROM received_ways w JOIN inlet_states i ON i.id = w.inlet
        WHERE w.number = c.number AND i.shown ORDER BY w.at LIMIT 1) AS licence
FROM received_chain c JOIN received_gists g ON g.number = c.number
WHERE c.status = 'Actual' AND c.scope = 'Public' AND c.signature <> 'bad' AND g.name IS NOT NULL AND EXISTS (
    SELECT 1 FROM received_ways w JOIN inlet_states i ON i.id = w.inlet WHERE w.number = c.number AND i.shown);

CREATE TABLE matrix_states (
	id TEXT NOT NULL, 
	threat TEXT NOT NULL, 
	asks TEXT NOT NULL, 
	opened_at TEXT NOT NULL, 
	opened_by TEXT NOT NULL, 
	hypotheses TEXT NOT NULL, 
	entries TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_matrix_states_threat ON matrix_states (threat);

CREATE INDEX received_chain_ends ON received_chain (ends, begins, number) WHERE warns;

CREATE TABLE made_public_states (
	id TEXT NOT NULL, 
	warning TEXT NOT NULL, 
	words TEXT NOT NULL, 
	why TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);

CREATE INDEX ix_made_public_states_warning ON made_public_states (warning);

CREATE INDEX threat_states_open ON threat_states (opened_at, id) WHERE ended IS NULL;

CREATE INDEX threat_states_ended ON threat_states (opened_at, id) WHERE ended IS NOT NULL;

CREATE INDEX report_states_source ON report_states (source, mark);

CREATE INDEX alert_states_told_at ON alert_states (coalesce(issued_at, drafted_at), id);

CREATE INDEX notice_states_told_at ON notice_states (coalesce(sent_at, decided_at), id);

CREATE INDEX advisory_states_told_at ON advisory_states (issued_at, id);

CREATE INDEX statement_states_told_at ON statement_states (published_at, id);

CREATE INDEX report_states_received_at ON report_states (received_at, id);

