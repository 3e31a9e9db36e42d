"""Ways around the rules that somebody with a login and plain SQL can try. All are refused, and the server notes who
tried what; none leaves a trace in the ledger.

What cannot be seen in the ledger's own audit log is what its owner's functions never hear of, such as a statement that
lacks a privilege: that is in the server's log alone, as every refusal is. What no rule can bind is a superuser.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple

import psycopg
import pytest

from engine.store.ledger import Ledger
from engine.workflow.requests import Requests
from tests.support.people import fixable
from tests.support.postgres import Database, Server
from tests.support.samples import make_report

TABLES = (
    "scans", "drift_events", "ml_predictions", "correlation_context", "recommendations", "change_requests", "approvals",
    "request_comments", "executions", "audit_log", "notifications", "models", "baselines", "feedback", "request_policy",
    "drift_history", "users",
)  # fmt: skip


class Scene(NamedTuple):
    """A database in which anna asked for two changes, of which ben approved one, and ben asked for a third."""

    database: Database
    asked: str
    approved: str
    bens: str

    def statement(self, attack: str) -> bytes:
        """With the ids of the requests for `:asked`, `:approved` and `:bens`."""
        for word in ("asked", "approved", "bens"):
            attack = attack.replace(f":{word}", f"'{getattr(self, word)}'")
        return attack.encode()

    def connect(self, person: str) -> "psycopg.Connection[Any]":
        """As a person with any client."""
        return psycopg.connect(self.database.url(person), options="-csearch_path=driftguard")

    def commit(self, connection: "psycopg.Connection[Any]", attack: str) -> None:
        """Does it all, to the end of the transaction."""
        connection.execute(self.statement(attack))
        connection.commit()

    def content(self) -> list[Any]:
        """Everything in the ledger, to compare."""
        whole = " UNION ALL ".join(f"SELECT '{table}', {table}::text FROM {table}" for table in TABLES)
        return self.database.execute(f"{whole} ORDER BY 1, 2")


@pytest.fixture(scope="module")
def scene(postgres_server: Server) -> Iterator[Scene]:
    database = postgres_server.fresh()
    opened = {person: Ledger.open(database.url(person)) for person in ("anna", "ben")}
    opened["anna"].record(make_report("s1", 0, *(fixable(f"d-{n}") for n in range(4))))
    anna, ben = (Requests(ledger, person, ledger.now) for person, ledger in opened.items())
    asked, approved, bens = anna.create("d-1"), anna.create("d-2"), ben.create("d-3")
    ben.approve(approved.id, plan_hash=approved.plan_hash)
    for ledger in opened.values():
        ledger.close()
    yield Scene(database, asked.id, approved.id, bens.id)
    database.drop()


APPROVE = (
    "INSERT INTO approvals (request_id, verdict, by, role, at, plan_hash, comment, alone) "
    "SELECT id, 'approve', '{by}', 'admin', now(), {hash}, '', false FROM {table} WHERE id = {id}"
)
LOG = "SELECT append_audit('{who}', '{what}', {about}, '{{}}')"
ASK = (
    "INSERT INTO change_requests (id, estate, drift_id, recommendation_id, status, plan, plan_hash, requested_by, "
    "requested_at, expires_at, reason, environment, terms, assignee) "
    "SELECT 'r-forged', estate, 'd-0', replace(recommendation_id, 'd-1', 'd-0'), '{status}', {plan}, {hash}, '{by}', "
    "{at}, "
    "now() + interval '1 day', '', 'unknown', '{{}}', '' FROM change_requests WHERE id = :asked"
)
PLAN = "replace(plan::text, 'd-1', 'd-0')::json"
OTHER = "replace(plan::text, 'terraform apply', 'curl evil')::json"
FORGED = OTHER.replace("plan::text", PLAN.removesuffix("::json"))


def approve(by: str, id_: str, hash_: str = "plan_hash", table: str = "change_requests") -> str:
    return APPROVE.format(by=by, hash=hash_, id=id_, table=table)


def log(who: str, what: str, about: str) -> str:
    return LOG.format(who=who, what=what, about=about)


def ask(by: str, *, status: str = "requested", plan: str = PLAN, hash_: str = "plan_hash", at: str = "now()") -> str:
    return ASK.format(by=by, status=status, plan=plan, hash=hash_, at=at)


def move(id_: str, to: str, more: str = "") -> str:
    return f"UPDATE change_requests SET status = '{to}'{more} WHERE id = {id_}"


BEGIN = (
    'INSERT INTO executions (id, request_id, by, owner, started_at, lease_until, broke, said, "left"{more}) '
    "VALUES ('e-1', :approved, 'anna', 'me', now(), now(), '', '', '[]'{values})"
)
DENIED = "permission denied"
OWNER = "must be owner"

#: Who tries, what, how, and the words with which it is refused.
ATTACKS = [
    # Deciding without being the one who may
    ("anna", "approves her own", approve("anna", ":asked"), DENIED),
    ("anna", "approves as ben", approve("ben", ":asked"), DENIED),
    ("dora", "approves", approve("dora", ":asked"), DENIED),
    ("ben", "approves his own", approve("ben", ":bens"), "nobody approves their own"),
    ("ben", "approves his own as carl", approve("carl", ":bens"), "you are ben, and cannot decide in the name of carl"),
    ("ben", "has the rule read another name", f"SET ROLE driftguard_admin; {approve('carl', ':bens')}", "you are ben"),
    ("ben", "moves his own to approved", move(":bens", "approved"), "nobody approves their own"),
    ("carl", "moves to approved without a decision", f"{move(':bens', 'approved')}; "
     + log("carl", "request.open", ":bens"), "has 0 of the 1 approvals"),
    ("carl", "approves and tells nobody", f"{move(':bens', 'approved')}; {approve('carl', ':bens')}",
     "is not in the audit log"),
    ("carl", "approves and tells of a rejection", f"{approve('carl', ':bens')}; "
     + log("carl", "request.reject", ":bens"), "nothing was done|is not in the audit log"),
    ("carl", "approves another hash", approve("carl", ":asked", "repeat('f', 64)"), "is not the one you saw"),
    ("ben", "approves twice", approve("ben", ":approved"), "unique constraint"),
    ("anna", "moves her own to approved", move(":asked", "approved"), "nobody approves their own"),
    ("erik", "moves another's to approved", move(":asked", "approved"), "an admin has to decide"),
    ("erik", "rejects another's", move(":asked", "rejected"), "an admin has to decide"),
    ("erik", "withdraws another's", move(":asked", "withdrawn"), "only who asked or an admin can"),
    ("anna", "lets it expire", move(":bens", "expired"), "its time is not over"),
    # Carrying out what is not approved, or something else
    ("anna", "executes what is not approved", move(":asked", "executing"), "it is not approved"),
    ("carl", "executes what is not approved", move(":asked", "executing"), "no policy lets an emergency do without"),
    ("anna", "executes as editor", move(":approved", "executing"), "an admin has to"),
    ("carl", "executes and leaves no name", move(":approved", "executing"), "nobody carries request .* out"),
    ("anna", "says that she carries out what is not", (BEGIN.format(more="", values="") + "; "
     + log("anna", "request.execute", ":approved")), "is not being carried out"),
    ("anna", "says that she has carried out", BEGIN.format(more=", applied_at", values=", now()"),
     "neither applied nor ended"),
    ("anna", "carries out as ben", BEGIN.format(more="", values="").replace("'anna'", "'ben'"), "in the name of ben"),
    ("carl", "says it is verified", move(":approved", "verified"), "no step leads there"),
    ("anna", "swaps an approved plan", f"UPDATE change_requests SET plan = {OTHER} WHERE id = :approved",
     "the plan of a request is fixed"),
    ("anna", "swaps plan and hash", (f"UPDATE change_requests SET plan = {OTHER}, plan_hash = plan_hash({OTHER}) "
     "WHERE id = :approved"), f"{DENIED}|the plan of a request is fixed"),
    ("anna", "swaps the hash alone", "UPDATE change_requests SET plan_hash = repeat('f', 64) WHERE id = :asked",
     "the plan of a request is fixed"),
    ("anna", "lengthens an approval", ("UPDATE change_requests SET expires_at = now() + interval '9 years' "
     "WHERE id = :approved"), "is fixed when it is asked for"),
    ("ben", "lowers the terms", "UPDATE change_requests SET terms = '{\"approvals\": 0}' WHERE id = :bens", DENIED),
    ("carl", "lowers the policy", "UPDATE request_policy SET approvals = 0", DENIED),
    ("ben", "lowers the policy for his own by the function", "SELECT set_policy('high', 1, 'edit', true)",
     "you have a request that is open"),
    ("anna", "lowers the policy by the function", "SELECT set_policy('high', 1, 'edit', true)", DENIED),
    ("carl", "allows emergencies", "UPDATE request_policy SET break_glass = true", DENIED),
    # Asking under a false name, at a false time, or for something that is not shown
    ("anna", "asks as erik", ask("erik"), "cannot ask in the name of erik"),
    ("dora", "asks", ask("dora"), DENIED),
    ("anna", "asks for what is approved at once", ask("anna", status="approved"), "begins as a draft or requested"),
    ("anna", "asks with the hash of another plan", ask("anna", plan=FORGED),
     "has another hash"),
    ("anna", "asks for another drift than the plan's", ask("anna", plan="plan"), "that the request names"),
    ("anna", "changes who asked", "UPDATE change_requests SET requested_by = 'erik' WHERE id = :asked", DENIED),
    ("dora", "remarks as anna", ("INSERT INTO request_comments (request_id, by, at, text) "
     "VALUES (:asked, 'anna', now(), 'fine')"), "cannot speak in the name of anna"),
    ("dora", "remarks and tells nobody", ("INSERT INTO request_comments (request_id, by, at, text) "
     "VALUES (:asked, 'dora', now(), 'fine')"), "is not in the audit log"),
    # History
    ("ben", "rewrites the audit log", "UPDATE audit_log SET actor = 'carl'", DENIED),
    ("ben", "deletes from the audit log", "DELETE FROM audit_log WHERE number = 1", DENIED),
    ("ben", "empties the audit log", "TRUNCATE audit_log", DENIED),
    ("ben", "adds to the audit log past its function", ("INSERT INTO audit_log VALUES "
     "(99, now(), 'carl', 'x.y', '', '{}', repeat('0', 64), repeat('1', 64))"), DENIED),
    ("ben", "calls what only functions call", "SELECT write_audit('carl', 'request.approve', :bens, '{}')", DENIED),
    ("ben", "writes down what carl did", log("carl", "drift.confirm", "'d-1'"), "nothing in the name of carl"),
    ("ben", "writes down what never was", log("ben", "request.approve", ":asked"), "nothing was done to request"),
    ("ben", "writes down that roles changed", log("ben", "role.grant", "'ben'"), "are changed with"),
    ("ben", "writes down what nobody did", log("driftguard", "request.create", "'d-1'"), "in the name of driftguard"),
    ("dora", "writes down that it expired", log("driftguard", "request.expire", ":asked"), "nothing was done"),
    ("ben", "backdates by a long transaction", "SET LOCAL statement_timeout = 0; UPDATE approvals SET at = now()",
     DENIED),
    ("ben", "deletes a request", "DELETE FROM change_requests WHERE id = :asked", DENIED),
    ("ben", "deletes a decision", "DELETE FROM approvals", DENIED),
    ("ben", "rewrites a decision", "UPDATE approvals SET by = 'carl'", DENIED),
    ("anna", "deletes a drift with all that hangs on it", "DELETE FROM drift_events", DENIED),
    ("anna", "empties everything", "TRUNCATE drift_events CASCADE", DENIED),
    ("ben", "forgets history", "DELETE FROM drift_history", DENIED),
    # The rules themselves
    ("ben", "takes a trigger off", "ALTER TABLE approvals DISABLE TRIGGER ALL", OWNER),
    ("ben", "drops a trigger", "DROP TRIGGER guard_decision ON approvals", OWNER),
    ("ben", "has triggers sleep", "SET session_replication_role = replica", DENIED),
    ("ben", "switches row security off", "ALTER TABLE approvals DISABLE ROW LEVEL SECURITY", OWNER),
    ("ben", "adds a policy", "CREATE POLICY mine ON audit_log FOR DELETE USING (true)", OWNER),
    ("ben", "replaces a function", ("CREATE OR REPLACE FUNCTION moment() RETURNS timestamptz LANGUAGE sql "
     "AS 'SELECT now() - interval ''1 year'''"), DENIED),
    ("ben", "adds a function", "CREATE FUNCTION me() RETURNS text LANGUAGE sql AS 'SELECT ''carl'''", DENIED),
    ("ben", "adds a table", "CREATE TABLE approvals_ (id int)", DENIED),
    ("ben", "adds a rule", "CREATE RULE r AS ON INSERT TO audit_log DO INSTEAD NOTHING", OWNER),
    ("ben", "has a trigger of his own", ("CREATE TRIGGER t BEFORE INSERT ON approvals FOR EACH ROW "
     "EXECUTE FUNCTION suppress_redundant_updates_trigger()"), DENIED),
    ("ben", "becomes the owner", "SET ROLE driftguard_owner", DENIED),
    ("ben", "becomes carl", "SET SESSION AUTHORIZATION carl", DENIED),
    ("anna", "becomes an admin", "SET ROLE driftguard_admin", DENIED),
    ("anna", "makes herself an admin", "GRANT driftguard_admin TO anna", DENIED),
    ("anna", "makes herself an admin by the function", "SELECT grant_role('anna', 'admin')", DENIED),
    ("ben", "keeps himself an admin", "SELECT grant_role('ben', 'admin')", "nobody changes their own role"),
    ("ben", "makes a second self", "CREATE ROLE ben2 LOGIN", DENIED),
    ("ben", "gives a superuser a role", "SELECT grant_role('postgres', 'view')", "no rule would bind them"),
    ("ben", "drops a column", "ALTER TABLE audit_log DROP COLUMN hash", OWNER),
    ("ben", "loads code", "LOAD '/tmp/evil.so'", "access to library|denied"),
    ("ben", "trusts another language", "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/evil.so', 'f'", DENIED),
    # Secrets of others and of the server
    ("ben", "reads passwords", "SELECT rolpassword FROM pg_authid", DENIED),
    ("ben", "reads a file", "SELECT pg_read_file('/etc/passwd')", DENIED),
    ("ben", "runs a program", "COPY users TO PROGRAM 'cat'", DENIED),
    ("ben", "reads who may log in how", "SELECT * FROM pg_hba_file_rules", DENIED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("person", "attack", "refusal"),
    [pytest.param(who, sql, words, id=f"{who} {what}") for who, what, sql, words in ATTACKS],
)
def test_it_is_refused_and_seen(scene: Scene, person: str, attack: str, refusal: str) -> None:
    before, seen = scene.content(), len(scene.database.server.log())

    with closing(scene.connect(person)) as connection, pytest.raises(psycopg.Error, match=refusal):
        scene.commit(connection, attack)

    assert scene.content() == before
    noted = scene.database.server.log()[seen:]
    assert f"{person}@{scene.database.name} ERROR:" in noted


#: What a person can do, and what it does not help them with afterwards.
TRICKS = [
    ("dora", "withdraws another's, which she may not even lock", move(":asked", "withdrawn"), ""),
    ("dora", "lets expire what still waits", move(":asked", "expired"), ""),
    ("ben", "has a table of his own instead", ("CREATE TEMP TABLE change_requests AS "
     "SELECT 'carl'::text AS requested_by, * FROM driftguard.approvals"),
     approve("ben", ":bens", table="driftguard.change_requests")),
    ("ben", "has a function of his own instead", ("CREATE FUNCTION pg_temp.moment() RETURNS timestamptz LANGUAGE sql "
     "AS 'SELECT ''epoch''::timestamptz'; SET search_path = pg_temp, driftguard"), approve("ben", ":bens")),
    ("ben", "has an operator of his own instead", ("SET search_path = driftguard; CREATE FUNCTION pg_temp.never(text, "
     "name) RETURNS boolean LANGUAGE sql AS 'SELECT false'; CREATE OPERATOR pg_temp.<> (LEFTARG = text, RIGHTARG = "
     "name, FUNCTION = pg_temp.never); SET search_path = pg_temp, driftguard"), approve("carl", ":bens")),
    ("ben", "calls himself otherwise", "SET application_name = 'carl'; SET ROLE driftguard_admin",
     approve("ben", ":bens")),
    ("ben", "has constraints wait", "SET CONSTRAINTS ALL DEFERRED", approve("carl", ":bens")),
    ("carl", "has constraints look too early", "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED",
     move(":bens", "approved")),
    ("carl", "hides a step in a savepoint", "SAVEPOINT a", f"{approve('carl', ':bens')}; RELEASE a"),
    ("ben", "leaves rows out of sight", "SET row_security = off", approve("ben", ":bens")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("person", "trick", "attack"),
    [pytest.param(who, trick, attack, id=f"{who} {what}") for who, what, trick, attack in TRICKS],
)
def test_it_is_of_no_use(scene: Scene, person: str, trick: str, attack: str) -> None:
    before = scene.content()

    with closing(scene.connect(person)) as connection:
        connection.execute(scene.statement(trick))
        if attack:
            with pytest.raises(psycopg.Error):
                scene.commit(connection, attack)
        else:
            connection.commit()

    assert scene.content() == before


def test_a_transaction_that_was_begun_long_ago_cannot_date_what_it_does_to_then(scene: Scene) -> None:
    """Whoever waits longer than a minute within a transaction is refused; here the minute is made short."""
    before = scene.content()
    definition = scene.database.execute("SELECT pg_get_functiondef('write_audit'::regproc)")[0][0]
    scene.database.execute(definition.replace("'1 minute'", "'1 millisecond'"))
    try:
        with closing(scene.connect("ben")) as connection:
            connection.execute("SELECT pg_sleep(0.002)")
            with pytest.raises(psycopg.Error, match="its time would be wrong"):
                connection.execute(log("ben", "drift.confirm", "'d-1'").encode())
    finally:
        scene.database.execute(definition)
    assert scene.content() == before


def test_the_chain_is_whole_after_all_of_it(scene: Scene) -> None:
    with closing(Ledger.open(scene.database.url("dora"))) as ledger:
        verdict = ledger.verify_audit()
    assert (verdict.intact, verdict.entries) == (True, 4)
