#!/usr/bin/env python3
"""Three servers on one PostgreSQL database, and what happens to the database and to them while members check in.

The promise: no acknowledged check-in is lost, none is doubled, nobody is kept waiting, and everything goes on by itself.
Real processes, loopback, a private cluster as an ordinary user. GUIYAN_FAULTS=long takes longer cuts and more rounds;
names on the command line run these only. Needs a built guiyan: GUIYAN_BIN, or target/release, or target/debug.
"""

import collections, http.client, json, os, pathlib, pwd, queue, re, secrets, signal, socket, subprocess, sys, tempfile
import threading, time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from proxy import Proxy

ROOT = pathlib.Path(__file__).resolve().parents[2]
LONG = os.environ.get("GUIYAN_FAULTS") == "long"
CLIENTS = 24
# A request may wait for a silent database to be given up (5 s), and a busy machine adds to that.
LONGEST_ANSWER = 12.0


def binary():
    named = os.environ.get("GUIYAN_BIN")
    found = [pathlib.Path(named)] if named else [ROOT / "target" / kind / "guiyan" for kind in ("release", "debug")]
    found = [path for path in found if path.exists()]
    if not found:
        sys.exit("faults: no guiyan is built; run 'make build'")
    return str(max(found, key=lambda path: path.stat().st_mtime))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(what, seconds, probe):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if probe():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")


def uuid7():
    value = int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class Cluster:
    """A private PostgreSQL; root lends it an ordinary user."""

    bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1] if pathlib.Path("/usr/lib/postgresql").exists() else None

    def __init__(self, folder, settings=()):
        self.folder, self.settings, self.port, self.process = pathlib.Path(folder), list(settings), free_port(), None
        self.user = None
        if os.getuid() == 0:
            self.user = pwd.getpwnam("postgres")
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data = self.folder / "data"

    def run(self, *command, **more):
        command = [str(part) for part in command]
        command[0] = str(self.bin / command[0]) if (self.bin / command[0]).exists() else command[0]
        as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.run(command, cwd=self.folder, check=True, capture_output=True, text=True, **as_user, **more)

    def initdb(self):
        self.run("initdb", "-D", self.data, "-U", "guiyan", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1")

    def copy_of(self, primary, name):
        self.run("pg_basebackup", "-h", "127.0.0.1", "-p", primary.port, "-U", "guiyan", "-D", self.data, "-R", "-X", "stream",
                 "-c", "fast", "-d", f"application_name={name}")

    def start(self):
        settings = ["listen_addresses=127.0.0.1", "max_connections=150", "shared_buffers=32MB", "min_wal_size=4MB", "max_wal_size=16MB",
                    *self.settings]
        command = [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.folder)]
        for setting in settings:
            command += ["-c", setting]
        as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        # The log is elsewhere: the folder may be full.
        log = open(f"{tempfile.gettempdir()}/guiyan-faults-{self.port}.log", "ab")
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **as_user)
        log.close()
        until("PostgreSQL starts", 60, self.ready)

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError("PostgreSQL ended: " + pathlib.Path(f"{tempfile.gettempdir()}/guiyan-faults-{self.port}.log").read_text()[-2000:])
        return subprocess.run([str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0

    def kill(self):
        """The whole machine goes, as far as PostgreSQL is concerned: every process of it, at once."""
        for pid in [self.process.pid, *children(self.process.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        pathlib.Path(f"{tempfile.gettempdir()}/guiyan-faults-{self.port}.log").unlink(missing_ok=True)

    def sql(self, text, database):
        done = self.run("psql", "-h", "127.0.0.1", "-p", self.port, "-U", "guiyan", "-d", database, "-AtX", "-v", "ON_ERROR_STOP=1", "-c", text)
        return [line.split("|") for line in done.stdout.splitlines()]


def children(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [int(child) for child in found]


class Server:
    """A `guiyan serve`."""

    def __init__(self, database, folder, *flags, listen="127.0.0.1:0", command="serve"):
        self.out = []
        environment = {**os.environ, "GUIYAN_DATABASE": database, "GUIYAN_DATA_DIR": str(folder), "GUIYAN_LOG": "warn",
                       "GUIYAN_MASTER_KEY": "42" * 32, "GUIYAN_PUBLIC_URL": "http://guiyan.example", "GUIYAN_LISTEN": listen}
        self.process = subprocess.Popen([binary(), command, *flags], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.listen, self.log = None, collections.deque(maxlen=50)
        self.is_ready = threading.Event()
        for stream, take in ((self.process.stdout, self.out.append), (self.process.stderr, self.heard)):
            threading.Thread(target=lambda stream=stream, take=take: [take(line) for line in stream], daemon=True).start()

    def heard(self, line):
        self.log.append(line)
        found = re.search(r"listening on ([\d.]+):(\d+)", line)
        if found:
            self.listen = (found[1], int(found[2]))
            self.is_ready.set()

    def ready(self, seconds=120):
        if not self.is_ready.wait(seconds):
            raise AssertionError("a server does not start: " + "".join(self.log))
        return self

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(60)


class Call:
    """One client's connection to the front."""

    def __init__(self, address, token=None):
        self.address, self.token, self.connection = address, token, None

    def __call__(self, method, path, body=None, base="/api/v1"):
        """(status, headers, JSON), or None where the connection broke."""
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = "Bearer " + self.token
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(*self.address, timeout=60)
            self.connection.request(method, base + path, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status, answer.headers, json.loads(text) if is_json else text

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None


class Registry:
    """A database with the demo's people, three servers on it, and a plain proxy before them."""

    def __init__(self, folder, url, database):
        self.folder, self.url, self.database, self.servers = pathlib.Path(folder), url, database, []

    def fill(self):
        demo = Server(self.url, self.folder, "--json", command="demo")
        demo.ready(300)
        filled = json.loads(demo.out[0])
        assert demo.end() == 0
        self.login = next(login for login in filled["logins"] if login["role"] == "committee_officer")

    def start(self, servers=3, *flags):
        self.servers = [Server(self.url, self.folder, *flags) for _ in range(servers)]
        for server in self.servers:
            server.ready()
        self.front = Proxy([server.listen for server in self.servers])
        login = {"username": self.login["username"], "password": self.login["password"]}
        status, _, session = Call(self.front.address)("POST", "/sessions", login)
        assert status == 200, session
        self.token = session["access_token"]
        self.members = []
        page = Call(self.front.address, self.token)("GET", "/registrations?status=active&limit=200")[2]
        self.members = [one["member_id"] for one in page["items"]]
        assert len(self.members) > 20, len(self.members)

    def event(self):
        now = time.time()
        stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(now + seconds))
        body = {"unit_id": self.login["unit_id"], "kind": "lecture", "title": "断线之中", "starts_at": stamp(0), "ends_at": stamp(7200),
                "place": "礼堂", "hours": 2, "audience": "unit", "check_in": {"opens_at": stamp(-3600), "closes_at": stamp(7200)}}
        status, _, event = Call(self.front.address, self.token)("POST", "/events", body)
        assert status == 201, event
        return event["id"]

    def stop(self):
        for server in self.servers:
            if server.process.poll() is None:
                server.process.terminate()
        for server in self.servers:
            try:
                server.process.wait(40)
            except subprocess.TimeoutExpired:
                server.process.kill()
        self.front.close()


class Load:
    """Clients that check members in, one after the other, each repeating what was not acknowledged under the same id."""

    def __init__(self, registry, events):
        self.registry, self.acknowledged, self.errors = registry, {}, []
        self.answers, self.latencies, self.unavailable = collections.Counter(), [], 0
        self.work = queue.Queue()
        for event in events:
            for member in registry.members:
                self.work.put((event, member))
        self.all, self.stopping, self.lock = self.work.qsize(), False, threading.Lock()
        self.threads = [threading.Thread(target=self.client, daemon=True) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def client(self):
        call = Call(self.registry.front.address, self.registry.token)
        try:
            while not self.stopping:
                try:
                    event, member = self.work.get_nowait()
                except queue.Empty:
                    return
                self.check_in(call, event, member)
        except Exception as error:  # the main thread tells it
            self.errors.append(repr(error))

    def check_in(self, call, event, member):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"
        item = {"id": uuid7(), "event_id": event, "member_id": member, "method": "manual", "occurred_at": stamp, "note": "断线"}
        while True:
            begun = time.monotonic()
            answer = call("POST", "/check-ins", {"items": [item]})
            took = time.monotonic() - begun
            with self.lock:
                self.latencies.append(took)
                self.answers[answer[0] if answer else "broken"] += 1
            if answer is None:
                time.sleep(0.2)
                continue
            status, headers, body = answer
            if status == 200:
                with self.lock:
                    self.acknowledged[item["id"]] = (event, member, body["items"][0]["verdict"])
                return
            if status != 503 or "retry-after" not in headers or body.get("code") != "unavailable":
                raise AssertionError(f"{status} {dict(headers)} {body}")
            time.sleep(min(1.0, float(headers["retry-after"])))

    def done(self, share):
        return len(self.acknowledged) >= share * self.all

    def wait(self, seconds):
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.1, end - time.monotonic()))
        assert not self.errors, self.errors[:3]
        assert not any(thread.is_alive() for thread in self.threads), f"{len(self.acknowledged)} of {self.all} after {seconds} s"

    def say(self, name):
        slow = max(self.latencies)
        verdicts = collections.Counter(verdict for _, _, verdict in self.acknowledged.values())
        print(f"   {name}: {len(self.acknowledged)} acknowledged {dict(verdicts)}; answers {dict(self.answers)}; longest {slow:.2f} s", flush=True)
        assert slow < LONGEST_ANSWER, f"a request was kept waiting for {slow:.1f} s"


class Wall:
    """A watcher of an event's live wall on one server."""

    def __init__(self, registry, server, event):
        self.members, self.broken = [], False
        self.connection = http.client.HTTPConnection(*server.listen, timeout=120)
        self.connection.request("GET", f"/api/v1/events/{event}/live", headers={"authorization": "Bearer " + registry.token})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        kind = None
        try:
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if line.startswith("event:"):
                    kind = line[6:].strip()
                elif line.startswith("data:") and kind == "check_in":
                    item = json.loads(line[5:])["item"]
                    self.members.append((item["entry_id"], item["member"]["id"]))
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            self.broken = True


def promise(cluster, registry, load):
    """Compares what was acknowledged with what the database holds."""
    ids = load.acknowledged
    attempts = {row[0]: row[1:] for row in cluster.sql("select id, verdict, coalesce(cast(entry_id as text), '') from check_in_attempts", registry.database)}
    lost = [one for one in ids if one not in attempts]
    assert not lost, f"{len(lost)} acknowledged check-ins are lost"
    entries = collections.Counter(row[0] for row in cluster.sql("select scan_id from attendance_entries where scan_id is not null", registry.database))
    for one, (_, _, verdict) in ids.items():
        stored, entry = attempts[one]
        assert verdict in ("accepted", "replayed") and stored == "accepted" and entry, (one, verdict, stored)
        assert entries[one] == 1, f"{one} stands {entries[one]} times"
    doubled = cluster.sql("select event_id, member_id from attendance_entries where replaces is null group by 1, 2 having count(*) > 1", registry.database)
    assert not doubled, f"doubled: {doubled[:3]}"
    astray = cluster.sql("""select t.entry_id from attendance t left join attendance_entries n on n.id = t.entry_id
                            where n.id is null""", registry.database)
    assert not astray, f"{len(astray)} rows stand for no entry"
    environment = {**os.environ, "GUIYAN_DATABASE": registry.url, "GUIYAN_DATA_DIR": str(registry.folder), "GUIYAN_MASTER_KEY": "42" * 32}
    verified = subprocess.run([binary(), "audit", "verify"], env=environment, capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def ready(registry):
    answers = [Call(server.listen)("GET", "/readyz", base="") for server in registry.servers if server.process.poll() is None]
    return [answer[0] if answer else None for answer in answers]


# ---- the tests


def started_together(place):
    """Three servers start at once on an empty database: one schema, one link, one set of keys."""
    place.cluster.sql("create database empty", "postgres")
    url = place.url("empty")
    servers = [Server(url, place.folder) for _ in range(3)]
    for server in servers:
        server.ready()
    time.sleep(0.5)
    links = [line for server in servers for line in server.out if "/setup#" in line]
    keys = place.cluster.sql("select key_use, count(*) from signing_keys group by 1", "empty")
    for server in servers:
        assert server.end() == 0
    assert len(links) == 1, links
    assert all(count == "1" for _, count in keys), keys


def a_server_is_killed(place):
    """One of the servers is killed with -9 under load, again and again."""
    registry = place.registry()
    registry.start()
    events = [registry.event() for _ in range(place.events(12))]
    wall = Wall(registry, registry.servers[2], events[0])
    load = Load(registry, events)
    for n in range(6 if LONG else 2):
        until("some progress", 60, lambda: load.done((n + 1) / 9))
        victim = registry.servers[0]
        victim.process.kill()
        victim.process.wait()
        registry.servers[0] = Server(registry.url, registry.folder, listen="%s:%d" % victim.listen).ready()
    load.wait(180)
    load.say("a server killed")
    promise(place.cluster, registry, load)
    # The wall of another server has told everyone of its event, once, in the order of the log.
    wanted = [member for event, member, _ in load.acknowledged.values() if event == events[0]]
    until("the wall tells everyone", 10, lambda: len(wall.members) >= len(wanted))
    rows = place.cluster.sql(f"""select l.target_id from audit_log l join attendance_entries n on cast(n.id as text) = l.target_id
                                 where l.action = 'check_in.accept' and n.event_id = '{events[0]}' order by l.seq""", registry.database)
    assert [entry for entry, _ in wall.members] == [row[0] for row in rows], "the wall told another order"
    assert sorted(member for _, member in wall.members) == sorted(wanted)
    registry.stop()


def the_line_is_cut(place):
    """All that goes to the database is held up without a word, then refused, for some seconds each."""
    line = Proxy([("127.0.0.1", place.cluster.port)])
    registry = place.registry(through=line)
    registry.start()
    events = [registry.event() for _ in range(place.events(12))]
    wall = Wall(registry, registry.servers[1], events[0])
    load = Load(registry, events)
    for n, how in enumerate((line.freeze, line.refuse) * (3 if LONG else 1)):
        until("some progress", 60, lambda: load.done((n + 1) / 9))
        how()
        time.sleep(30 if LONG else 8)
        answers = ready(registry)
        assert answers == [503] * 3, answers
        begun = time.monotonic()
        line.mend()
        until("ready again", 15, lambda: ready(registry) == [200] * 3)
        print(f"   ready again {time.monotonic() - begun:.1f} s after the line was mended", flush=True)
    load.wait(180)
    load.say("the line cut")
    assert load.answers[503] > 0
    promise(place.cluster, registry, load)
    wanted = [member for event, member, _ in load.acknowledged.values() if event == events[0]]
    until("the wall tells everyone", 10, lambda: len(wall.members) >= len(wanted))
    assert sorted(member for _, member in wall.members) == sorted(wanted) and not wall.broken
    registry.stop()
    line.close()


def the_primary_is_killed(place):
    """The primary is killed with -9, and its synchronous standby promoted; the servers know both by one URL."""
    with tempfile.TemporaryDirectory(prefix="guiyan-standby.", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        standby = Cluster(folder)
        standby.copy_of(place.cluster, "standby")
        standby.start()
        try:
            sql = lambda text: place.cluster.sql(text, "postgres")
            sql("alter system set synchronous_standby_names = 'standby'")
            sql("select pg_reload_conf()")
            until("the standby is synchronous", 30, lambda: sql("select sync_state from pg_stat_replication") == [["sync"]])
            registry = place.registry(hosts=[place.cluster.port, standby.port])
            registry.start()
            events = [registry.event() for _ in range(place.events(10))]
            load = Load(registry, events)
            until("some progress", 60, lambda: load.done(1 / 3))
            place.cluster.kill()
            time.sleep(1)
            begun = time.monotonic()
            standby.run("pg_ctl", "promote", "-D", standby.data, "-w")
            until("ready again", 20, lambda: ready(registry) == [200] * 3)
            print(f"   ready again {time.monotonic() - begun:.1f} s after the promotion began", flush=True)
            load.wait(180)
            load.say("the primary killed")
            assert load.answers[503] > 0
            promise(standby, registry, load)
            registry.stop()
        finally:
            standby.stop()


def the_disk_is_full(place):
    """The database's disk fills up under load, and is given room again."""
    folder = tempfile.mkdtemp(prefix="guiyan-small-disk.")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m,mode=755", "guiyan-faults", folder], capture_output=True).returncode != 0:
        os.rmdir(folder)
        print("   NOT RUN: no small disk can be mounted here", flush=True)
        return
    try:
        small = Cluster(folder)
        small.initdb()
        small.start()
        small.sql("create database small", "postgres")
        people = place.cluster.run("pg_dump", "-h", "127.0.0.1", "-p", place.cluster.port, "-U", "guiyan", "people").stdout
        small.run("psql", "-h", "127.0.0.1", "-p", small.port, "-U", "guiyan", "-d", "small", "-qX", input=people)
        registry = Registry(place.folder, f"postgres://guiyan@127.0.0.1:{small.port}/small", "small")
        registry.login = place.people.login
        registry.start()
        events = [registry.event() for _ in range(place.events(12))]
        load = Load(registry, events)
        until("some progress", 60, lambda: load.done(1 / 6))
        filler = pathlib.Path(folder) / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass
        until("the disk is felt", 60, lambda: load.answers[503] > 0 or load.done(1))
        time.sleep(5 if LONG else 2)
        filler.unlink(missing_ok=True)
        if small.process.poll() is not None:
            print("   PostgreSQL has given up; started anew", flush=True)
            small.start()
        load.wait(180)
        load.say("the disk full")
        assert load.answers[503] > 0, "the disk was never felt"
        promise(small, registry, load)
        registry.stop()
        small.stop()
    finally:
        subprocess.run(["umount", "-l", folder], capture_output=True)
        os.rmdir(folder)


class Place:
    """One cluster for all tests, with the demo's people in a database from which each test takes its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "guiyan"
        self.folder.mkdir()
        where = pathlib.Path(folder) / "cluster"
        where.mkdir()
        os.chmod(folder, 0o755)
        self.cluster = Cluster(where, ["wal_level=replica", "max_wal_senders=4"])
        self.cluster.initdb()
        self.cluster.start()
        self.cluster.sql("create database people", "postgres")
        self.people = Registry(self.folder, self.url("people"), "people")
        self.people.fill()
        self.made = 0

    def url(self, database, hosts=None):
        hosts = ",".join(f"127.0.0.1:{port}" for port in hosts or [self.cluster.port])
        return f"postgres://guiyan@{hosts}/{database}"

    def registry(self, through=None, hosts=None):
        self.made += 1
        name = f"test{self.made}"
        self.cluster.sql(f"create database {name} template people", "postgres")
        registry = Registry(self.folder, self.url(name, [through.address[1]] if through else hosts), name)
        registry.login = self.people.login
        return registry

    def events(self, number):
        return number * (4 if LONG else 1)


TESTS = [started_together, a_server_is_killed, the_line_is_cut, the_disk_is_full, the_primary_is_killed]


def main():
    if Cluster.bin is None:
        sys.exit("faults: PostgreSQL is not installed; run 'make tools'")
    names = sys.argv[1:]
    tests = [test for test in TESTS if not names or test.__name__ in names]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="guiyan-faults.", ignore_cleanup_errors=True) as folder:
        place = Place(folder)
        try:
            for test in tests:
                begun = time.monotonic()
                try:
                    test(place)
                    passed += 1
                    print(f"ok      {test.__name__} ({time.monotonic() - begun:.0f} s)", flush=True)
                except Exception as error:
                    failed += 1
                    print(f"FAILED  {test.__name__} ({time.monotonic() - begun:.0f} s): {type(error).__name__}: {error}", flush=True)
                    if os.environ.get("GUIYAN_FAULTS_TRACE"):
                        import traceback
                        traceback.print_exc()
        finally:
            place.cluster.stop()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
