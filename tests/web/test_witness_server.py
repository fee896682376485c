"""The witness behind a real web server: what it takes, what it answers, and how its operator sets it up."""

import asyncio
import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from tests.record.vectors import load
from tests.web.witnessed_logs import LOG, MOST, NAME, body, request, set_up, witness
from tocsin.basis.errors import Refused
from tocsin.cli.main import main
from tocsin.record import Cosigned, Cosigner, Signer, read_answer, write_vkey
from tocsin.store.database import FILE
from tocsin.store.lock import DataLock
from tocsin.web.serving import Serving, start
from tocsin.web.witness.logs import Logs, read_logs
from tocsin.web.witness.site import LARGEST, WitnessSite
from tocsin.web.witness.witness import list_log, make_witness

ANOTHER = Signer("another.example.org/log", b"\x02" * 32)
NEXT = Signer(LOG.name, b"\x03" * 32)


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    return set_up(tmp_path / "w")


@pytest.fixture(name="serving")
def _serving(data: Path) -> Iterator[Serving]:
    serving = start(WitnessSite(witness(data)), "127.0.0.1", 0)
    yield serving
    serving.stop()


def ask(serving: Serving, method: str, path: str, sent: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(serving.host, serving.port, timeout=60)
    try:
        connection.request(method, path, sent)
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


# ---- on the web


def test_a_checkpoint_is_cosigned_and_a_log_that_knows_nothing_hears_the_size(data: Path, serving: Serving) -> None:
    status, headers, line = ask(serving, "POST", "/add-checkpoint", body(0, 7))
    vkey = ask(serving, "GET", "/vkey")[2].decode().strip()
    assert isinstance(read_answer(status, headers["content-type"], line, request(0, 7), vkey), Cosigned)
    status, headers, size = ask(serving, "POST", "/add-checkpoint", body(0, 9))
    assert (status, headers["content-type"], size) == (409, "text/x.tlog.size", b"7\n")


def test_a_known_witness_s_exchanges_are_answered_the_same_over_a_real_connection(data: Path, serving: Serving) -> None:
    vector = load("witness-exchanges", "add_checkpoint.json")
    list_log(data, write_vkey(vector["origin"], bytes.fromhex(vector["log_vkey_hex"])))
    for number, exchange in enumerate(vector["exchanges"]):
        status, _, answer = ask(serving, "POST", "/add-checkpoint", exchange["request_body"].encode())
        unknown = exchange["body"] == "unknown log"  # 403 in the vectors' year, 404 in tlog-witness v1.0.0
        assert status == (404 if unknown else exchange["status"]), f"exchange {number}"
        if exchange["body_check"] == "==":
            assert answer == exchange["body"].encode()


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        pytest.param("GET", "/add-checkpoint", None, 405, id="a checkpoint is posted"),
        pytest.param("PUT", "/add-checkpoint", b"old 0\n\n", 405, id="and not put"),
        pytest.param("POST", "/vkey", b"", 405, id="the key is read"),
        pytest.param("GET", "/", None, 404, id="no start page"),
        pytest.param("POST", "/w1/add-checkpoint", b"", 404, id="no other place"),
        pytest.param("POST", "/add-checkpoint", b"", 400, id="nothing sent"),
        pytest.param("POST", "/add-checkpoint", b"x" * LARGEST, 400, id="nonsense of the largest size"),
        pytest.param("POST", "/add-checkpoint", b"x" * (LARGEST + 1), 413, id="one byte more"),
        pytest.param("POST", "/add-checkpoint", body(0, 5, log=ANOTHER), 404, id="a log that is not listed"),
        pytest.param("POST", "/add-checkpoint", body(0, 5, log=NEXT), 403, id="a key that is not listed"),
        pytest.param("HEAD", "/vkey", None, 200, id="HEAD is GET without the body"),
    ],
)
def test_whatever_is_asked_is_answered_in_plain_text(
    serving: Serving, method: str, path: str, sent: bytes | None, status: int
) -> None:
    found, headers, _ = ask(serving, method, path, sent)
    assert found == status
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["cache-control"] == "no-store"


def said_by(site: WitnessSite, messages: list[dict[str, Any]], *, then_silence: bool = False) -> list[dict[str, Any]]:
    """Let a caller send these messages and return what it was sent back."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not messages and then_silence:
            await asyncio.sleep(60)
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/add-checkpoint", "headers": []}
    asyncio.run(site(scope, receive, send))
    return sent


def test_a_body_that_dribbles_in_is_given_up(data: Path) -> None:
    site = WitnessSite(witness(data), body_s=0.05)
    half = {"type": "http.request", "body": b"old 0\n", "more_body": True}
    assert said_by(site, [half], then_silence=True)[0]["status"] == 408


def test_a_caller_that_hangs_up_in_the_middle_is_no_failure(data: Path) -> None:
    half = {"type": "http.request", "body": b"old 0\n", "more_body": True}
    assert said_by(WitnessSite(witness(data)), [half, {"type": "http.disconnect"}])[0]["status"] == 400


def test_when_it_cannot_cosign_it_says_so_without_saying_why_and_tells_its_operator(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    (file,) = (data / "seen").iterdir()
    file.write_bytes(b"")
    with capture_logs() as logs:
        sent = said_by(WitnessSite(found), [{"type": "http.request", "body": body(5, 7), "more_body": False}])
    assert sent[0]["status"] == 503
    assert str(file).encode() not in sent[1]["body"]
    assert [(line["log_level"], line["event"]) for line in logs] == [("error", "cannot cosign")]


def test_a_fork_is_refused_and_loud(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 9)).status == 200
    with capture_logs() as logs:
        assert found.answer(body(9, 9, "false")).status == 409
    (line,) = logs
    assert (line["log_level"], line["event"], line["origin"]) == ("error", "fork refused", LOG.name)


# ---- whom it serves


def test_a_log_that_is_added_is_served_at_once(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 5, log=ANOTHER)).status == 404
    list_log(data, ANOTHER.vkey)
    assert found.answer(body(0, 5, log=ANOTHER)).status == 200
    assert found.answer(body(0, 5)).status == 200


def test_a_log_that_is_taken_off_and_comes_back_is_remembered(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    listed = (data / "logs").read_text()
    (data / "logs").write_text("# none\n")
    assert found.answer(body(5, 7)).status == 404
    (data / "logs").write_text(listed)
    assert found.answer(body(0, 7)).body == b"5\n"


def test_a_slip_in_the_list_does_not_end_the_service_but_stops_the_next_start(data: Path) -> None:
    found = witness(data)
    with (data / "logs").open("a") as file:
        file.write("warn.example.org/record+00000000+AAAA\n")
    with capture_logs() as logs:
        assert found.answer(body(0, 5)).status == 200
        assert found.answer(body(5, 6)).status == 200
    assert [line["event"] for line in logs] == ["list of logs is wrong; the former one holds"]
    with pytest.raises(Refused, match="Line 3 of the list of logs"):
        Logs(data / "logs")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("warn.example.org/record", id="no key"),
        pytest.param(LOG.vkey[:-4] + "AAAA", id="another key than the id says"),
        pytest.param(Cosigner(NAME, b"\x09" * 32).vkey, id="a witness's key"),
        pytest.param(f"{LOG.vkey}\n{LOG.vkey}", id="one key twice"),
    ],
)
def test_such_a_line_lists_no_log(line: str) -> None:
    with pytest.raises(Refused, match="of the list of logs"):
        read_logs(f"# remark\n\n{line}\n")


def test_keys_are_listed_by_name_or_by_the_origin_that_stands_behind_them() -> None:
    listed = read_logs(f"{LOG.vkey}\n  {NEXT.vkey}  \n{ANOTHER.vkey} go.sum database tree\n")
    assert listed == {LOG.name: [LOG.vkey, NEXT.vkey], "go.sum database tree": [ANOTHER.vkey]}


# ---- setting it up


def tocsin(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["witness", *map(str, arguments)])


def test_init_prints_the_key_once_and_keeps_it_from_others(tmp_path: Path) -> None:
    data = tmp_path / "w"
    done = tocsin("init", "--data", data, "--name", NAME)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{NAME}+")
    assert (data / "witness.key").stat().st_mode & 0o777 == 0o600
    again = tocsin("init", "--data", data, "--name", NAME)
    assert (again.exit_code, again.stdout) == (2, "")
    assert tocsin("show", "--data", data).stdout.splitlines()[0] == done.stdout.strip()


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_cannot_stand_in_a_key_makes_nothing(tmp_path: Path, name: str) -> None:
    assert tocsin("init", "--data", tmp_path / "w", "--name", name).exit_code == 2
    assert not (tmp_path / "w" / "witness.key").exists()


def test_a_witness_does_not_move_in_with_a_record(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    assert tocsin("init", "--data", tmp_path, "--name", NAME).exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_add_lists_a_log_and_refuses_what_is_none(data: Path) -> None:
    assert tocsin("add", ANOTHER.vkey, "--data", data).exit_code == 0
    assert tocsin("add", ANOTHER.vkey, "--data", data).exit_code == 2
    assert tocsin("add", "no key", "--data", data).exit_code == 2
    assert tocsin("add", NEXT.vkey, "--data", data, "--origin", "a\nb").exit_code == 2
    assert Logs(data / "logs").known() == {LOG.name: [LOG.vkey], ANOTHER.name: [ANOTHER.vkey]}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(lambda data: (data / "witness.key").chmod(0o644), "chmod 600", id="a key that others can read"),
        pytest.param(lambda data: (data / "witness.key").write_bytes(b"x"), "a key has 32", id="half a key"),
        pytest.param(lambda data: (data / "witness.key").unlink(), "witness init", id="no key"),
        pytest.param(lambda data: (data / "name").unlink(), "witness init", id="no name"),
        pytest.param(lambda data: (data / "logs").unlink(), "list of logs", id="no list"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "show"])
def test_it_does_not_start_so(data: Path, command: str, spoil: Any, says: str) -> None:
    spoil(data)
    done = tocsin(command, "--data", data)
    assert done.exit_code == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("listen", ["8138", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:٣"])
def test_such_an_address_is_nowhere_to_listen(data: Path, listen: str) -> None:
    assert tocsin("serve", "--data", data, "--listen", listen).exit_code == 2


def test_two_processes_never_have_one_witness(data: Path) -> None:
    with DataLock(data, "witness serve"):
        done = tocsin("serve", "--data", data, "--listen", "127.0.0.1:0")
    assert done.exit_code == 2
    assert f"process {os.getpid()}" in done.stderr


def test_show_tells_sizes_and_its_exit_code_tells_of_a_fork(data: Path) -> None:
    list_log(data, ANOTHER.vkey)
    found = witness(data)
    found.answer(body(0, MOST))
    whole = tocsin("show", "--data", data)
    assert whole.exit_code == 0
    assert f"{LOG.name}: {MOST}" in whole.stdout
    assert f"{ANOTHER.name}: nothing yet" in whole.stdout
    found.answer(body(MOST, MOST, "false"))
    forked = tocsin("show", "--data", data, "--json")
    assert forked.exit_code == 1
    assert '"forks":1' in forked.stdout


def test_a_directory_that_was_left_half_set_up_can_be_set_up(tmp_path: Path) -> None:
    (tmp_path / "name").write_text("something else\n")
    assert make_witness(tmp_path, NAME, lambda count: b"s" * count).vkey == Cosigner(NAME, b"s" * 32).vkey
