#!/usr/bin/env python3
"""Inputs that nobody should write, and what the commands make of them.

usage: attack.py BUILD [--inputs N] [--seed S] [--jobs N] [--first I]

Each input is drawn by its number: scenarios, settings, flags, histories and databases with mutations,
commands that explain a run, sessions, signals, full disks, limits of memory and time. Whatever it is, a
command ends: with 0, 1, 2 or 4, never by a signal that nobody sent, never with 3, in time, within its
memory; what it refuses it refuses with a hint; what it says as JSON is JSON, and of no history without
a completed operation that it is ok. Prints the inputs that fail, with their commands, and how many there were of each kind; exits
with 1 if one fails. `--first I --inputs 1` does one again.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import re
import resource
import shlex
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A command that takes longer hangs: those with limits of their own have two seconds.
HANG_SECONDS = 90
# Whatever a command is told, it has the machine for itself no more than this.
ADDRESS_SPACE = 6 << 30

NUMBERS = ["-1", "0", "1", "2", "255", "256", "1000000", "2147483648", "4294967296", "9223372036854775807",
           "9223372036854775808", "18446744073709551615", "18446744073709551616", "1e9", "0x10", "010", "1.5", "nan"]
DURATIONS = ["0ns", "1ns", "-1ms", "1h", "99999999h", "0.1ns", "5", "1 s", "8760h"]
VALUES = ["null", "~", "''", "[]", "{}", "[[]]", "true", "x", "'\\0'", '"\\x1b[2J"', "{a: 1}", "[1, 2]", "&a [*a]",
          "{one_of: []}", "{one_of: 3}", "{one_of: {a: 1}}", "{one_of: null}", "{between: []}", "{between: [1]}",
          "{between: 3}", "{between: {a: 1}}", "{between: [2, 1]}", "{one_of: [1, x, 1ms]}", "{between: [1, 1h]}"]
PATHS = ["cluster", "cluster.model", "cluster.replicas", "cluster.clients", "cluster.options", "cluster.defects",
         "cluster.spares", "cluster.faulty", "cluster.service", "workload", "workload.operations", "workload.mix",
         "workload.think_time", "workload.keys", "network", "network.latency", "network.loss", "network.zones",
         "network.zone_latency", "clocks.drift", "faults", "faults.0", "checks", "liveness", "limits.virtual_time",
         "limits.decisions", "script", "explore", "explore.plan", "explore.timers", "explore.operations",
         "explore.crashes", "explore.caps", "explore.network", "expect", "reach", "seed", "about", "nothing", ""]
TIMED_PATHS = ["workload.think_time", "network.latency", "limits.virtual_time", "clocks.offset", "workload.give_up",
               "cluster.options.view_change_timeout", "cluster.options.commit_interval", "cluster.options.election_timeout"]
NUMBERED_PATHS = ["cluster.replicas", "cluster.clients", "cluster.spares", "workload.operations", "workload.keys",
                  "limits.decisions", "explore.operations", "explore.crashes", "explore.drops", "explore.duplicates",
                  "explore.restarts", "seed", "network.queue_limit"]

RUNS = ["-1", "0", "1", "2", "3", "2147483648", "9223372036854775807", "9223372036854775808", "", "x", "1..2"]
STEPS = ["0", "1", "7", "27", "1000000", "18446744073709551615", "-1", "", "x", "r1", "c0.1", "invoke c0.1"]
PREDICATES = ["r1.view_number >= 2", "r1 leads", "r9 leads", "r1.", ".", "1 +", "r1.log", "true", "(", "\x1b[2J",
              "r1.view_number >= 18446744073709551616", "r0.nothing == 1", "violated durability", ""]
FORMATS = ["dot", "graphml", "itf", "jepsen-edn", "mermaid", "ndjson", "otlp", "perfetto", "plantuml", "porcupine",
           "shiviz", "tla-ndjson", "pdf", ""]
# Flags of the commands that explain a run, and what may stand behind them.
EXPLAINS = {"replay": {"--to": STEPS, "--from": STEPS, "--node": ["r1", "r9", "c0", "all", ""], "--until": PREDICATES,
                       "--watch": PREDICATES, "--show": ["events", "state", "diff", "all"]},
            "story": {"--cone": STEPS, "--path": ["c0.1", "c9.1", "c0.0", "x", ""], "--why": PREDICATES,
                      "--property": ["durability", "liveness", "no", ""]},
            "diff": {"--set": ["cluster.defects=[]", "cluster.replicas=5", "cluster.model=abd", "seed=1", "x", "script=[]"]},
            "shrink": {"--property": ["durability", "agreement", "no", ""], "--max-time": ["0", "1s", "-1s", "x"],
                       "--max-memory": ["1MiB", "64MiB", "x", ""], "--out": [None]},
            "export": {"--format": FORMATS, "--out": [None]},
            "view": {"--html": [None]}}
# What may be typed into a session.
LINES = ["", "n", "next", "next 10", "next -1", "back", "back 99999999999999999999", "go 3", "go 0", "run", "help",
         "help x", "put x 1 to r0", "put x", "get x to r9", "deliver Request c0->r0", "deliver Request", "drop 1",
         "fire ViewChangeTimeout r1", "fire x r1", "crash r1", "crash r1", "restart r1", "restart c0", "mark here",
         "go here", "show r1", "show r9", "until r1 leads", "until (", "time", "script", "undo", "redo", "1", "2", "0",
         "18446744073709551616", "\x1b[2J", "{", "invoke: { client: c0 }", "partition r0 | r1 r2", "heal", "save", "quit"]

# What may stand for what without the text being refused for its form.
ALIKE = [(re.compile(r"\b\d+(?:\.\d+)?(?:ns|us|ms|s|min|h)\b"), DURATIONS + ["10ms", "1s", "0.5ms"]),
         (re.compile(r"\b\d+%"), ["0%", "100%", "0.0001%", "101%", "-1%"]),
         (re.compile(r"(?<![\w.])\d+(?![\w.])"), NUMBERS + ["3", "5", "7", "64", "1000"]),
         (re.compile(r"\b[rcmp]\d\b"), ["r0", "r1", "r2", "r4", "r9", "c0", "c1", "all", "primary", "minority"])]


def replaced_alike(draw, text):
    """One number, duration, rate or node by another."""
    pattern, others = draw.choice(ALIKE)
    places = list(pattern.finditer(text))
    if not places:
        return text
    place = draw.choice(places)
    return text[:place.start()] + draw.choice(others) + text[place.end():]


def mutated_text(draw, text):
    """A few changes of values, lines and letters, most of them of the kind that stays readable."""
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        lines = text.split("\n")
        at = draw.randrange(len(lines))
        kind = draw.randrange(16)
        if kind >= 7:
            text = replaced_alike(draw, text)
            continue
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, lines[draw.randrange(len(lines))])
        elif kind == 2:
            other = draw.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3 and ":" in lines[at]:
            lines[at] = lines[at].split(":")[0] + ": " + draw.choice(VALUES + NUMBERS + DURATIONS)
        elif kind == 4:
            words = lines[at].split(" ")
            words[draw.randrange(len(words))] = draw.choice(VALUES + NUMBERS + DURATIONS)
            lines[at] = " ".join(words)
        elif kind == 5:
            lines = lines[: at + 1]
        text = "\n".join(lines)
        if kind == 6 and text:
            place = draw.randrange(len(text))
            letter = draw.choice(["", "\0", "\x1b", "\t", "{", "}", "[", ":", "é", "-", "9", '"'])
            text = text[:place] + letter + text[place + 1:]
    return text


def mutated_bytes(draw, data):
    data = bytearray(data)
    for _ in range(draw.randint(1, 16)):
        if not data:
            break
        place = draw.randrange(len(data))
        kind = draw.randrange(4)
        if kind == 0:
            data[place] ^= 1 << draw.randrange(8)
        elif kind == 1:
            data[place] = draw.randrange(256)
        elif kind == 2:
            del data[place:place + draw.randint(1, 64)]
        else:
            data[place:place] = data[place:place + draw.randint(1, 64)]
    return bytes(data[: draw.randrange(len(data) + 1)] if draw.randrange(8) == 0 else data)


class Input:
    """One command, and what may become of it."""

    def __init__(self, kind, command, files=(), json_wanted=False, sends=None, after=0.0, memory=None, full=False,
                 typed=""):
        self.kind, self.command, self.files, self.json_wanted = kind, command, list(files), json_wanted
        # A signal that is sent so many seconds later; the most memory it may have in use; stdout to a full disk.
        self.sends, self.after, self.memory, self.full, self.typed = sends, after, memory, full, typed


class Attack:
    def __init__(self, build, folder, seed):
        self.stampede = str(build / "stampede")
        self.unruly = str(build / "tests/attack/stampede_unruly")
        self.folder = folder
        self.seed = seed
        self.scenarios = sorted((ROOT / "scenarios/catalogue").rglob("*.yaml"))
        histories = ROOT / "tests/data/histories"
        self.histories = [path for path in sorted(histories.rglob("*")) if path.is_file() and path.stat().st_size < 200_000]
        self.database = folder / "base.db"
        for name in ["bugs/vrr-state-transfer-truncates", "bugs/ping-pong-forgets-to-check"]:
            subprocess.run([self.stampede, "run", f"{ROOT}/scenarios/catalogue/{name}.yaml", "--quiet", "--db",
                            str(self.database), "--record", "events"], check=False)
        # Larger than the memory it is read with.
        self.large = folder / "large.ndjson"
        with open(self.large, "w", encoding="utf-8") as out:
            out.write('{"h":1,"model":"register"}\n')
            for number in range(600_000):
                out.write('{"e":"mark","text":"%d"}\n' % number)

    def input(self, number):
        draw = random.Random(f"{self.seed}/{number}")
        kinds = [(self.scenario, 40), (self.settings, 15), (self.flags, 12), (self.history, 18), (self.stored, 10), (self.explained, 10), (self.session, 5),
                 (self.interrupted, 2), (self.full_disk, 2), (self.limited, 1)]
        make = draw.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        return make(draw, self.folder / f"{number}")

    def searched_or_run(self, draw, file, more):
        """A command on a scenario, within limits."""
        command = draw.choice(["run", "run", "sweep", "explore"])
        line = [self.stampede, command, str(file)]
        if command == "run":
            line += ["--max-time", "1s", "--max-memory", "512MiB"] + draw.choice([[], ["--check-determinism"], ["--stop-on-first"]])
        elif command == "sweep":
            line += ["--seeds", "1..3", "--jobs", "1", "--seed-limit", "300ms", "--max-memory", "512MiB"]
        else:
            line += ["--max-time", "100ms", "--max-memory", "512MiB"]
            line += draw.choice([[], ["--strategy", "novelty"], ["--exact"], ["--check-reductions"],
                                 ["--without", "cached-transitions"], ["--strategy", "depth-first"]])
        as_json = draw.randrange(2) == 0
        return line + more + (["--json"] if as_json else []), as_json

    def scenario(self, draw, path):
        file = path.with_suffix(".yaml")
        text = draw.choice(self.scenarios).read_text(encoding="utf-8")
        file.write_bytes(mutated_text(draw, text).encode("utf-8", "surrogatepass"))
        command, as_json = self.searched_or_run(draw, file, [])
        return Input("scenario", command, [file], as_json)

    def settings(self, draw, _path):
        more = []
        for _ in range(draw.randint(1, 2)):
            kind = draw.randrange(4)
            if kind == 0:
                text = f"{draw.choice(PATHS)}={draw.choice(VALUES + NUMBERS + DURATIONS)}".replace("\0", "")
            elif kind == 1:
                text = f"{draw.choice(TIMED_PATHS)}={draw.choice(DURATIONS + ['1ms', '1s', '{between: [1ns, 1h]}'])}"
            else:
                text = f"{draw.choice(NUMBERED_PATHS)}={draw.choice(NUMBERS + ['3', '5', '7', '100', '{one_of: [1, 3]}'])}"
            more += ["--set", draw.choice([text, text, text.replace("=", ""), text + "\nseed: 1"])]
        command, as_json = self.searched_or_run(draw, draw.choice(self.scenarios), more)
        return Input("--set", command, [], as_json)

    def flags(self, draw, path):
        file = str(ROOT / "scenarios/catalogue/bugs/ping-pong-forgets-to-check.yaml")
        value = draw.choice(NUMBERS + DURATIONS + ["", " ", "1..", "..", "0..0", "5..1", "1GB", "1QiB", "17179869184GiB"])
        command = draw.choice(["run", "sweep", "explore", "replay", "check"])
        flags = {"run": ["--seed", "--max-time", "--max-memory", "--db", "--history", "--record"],
                 "sweep": ["--seeds", "--jobs", "--stop-after", "--seed-limit", "--max-memory"],
                 "explore": ["--max-states", "--max-memory", "--max-time", "--jobs", "--walk-length", "--seed", "--graph"],
                 "replay": ["--run", "--seed", "--to", "--show"],
                 "check": ["--k", "--within", "--max-steps", "--max-memory", "--max-time", "--key", "--consistency"]}
        subject = {"replay": str(self.database), "check": str(draw.choice(self.histories))}.get(command, file)
        line = [self.stampede, command, subject]
        flag = draw.choice(flags[command])
        if flag in ("--db", "--history", "--graph"):
            value = str(path) if value else value
        if command == "sweep" and flag != "--seeds":
            line += ["--seeds", "1..3"]
        if command == "sweep" and flag == "--seeds" and value not in ("", " ", "1..", ".."):
            value += "..9" if value in ("0", "1", "2") else ""
        return Input("flag", line + [flag, value], [path] if flag in ("--db", "--history", "--graph") else [])

    def history(self, draw, path):
        data = draw.choice(self.histories).read_bytes()
        if draw.randrange(3) == 0 or b"\0" in data:
            path.write_bytes(mutated_bytes(draw, data))
        else:
            path.write_bytes(mutated_text(draw, data.decode("utf-8", "replace")).encode())
        as_json = draw.randrange(2) == 0
        line = [self.stampede, "check", str(path), "--max-time", "1s", "--max-memory", "256MiB"]
        line += draw.choice([[], [], [], ["--model", "register"], ["--format", "jepsen-edn"], ["--consistency", "sequential"]])
        return Input("history", line + (["--json"] if as_json else []), [path], as_json)

    def stored(self, draw, path):
        path.write_bytes(self.database.read_bytes())
        if draw.randrange(4) == 0:
            path.write_bytes(mutated_bytes(draw, path.read_bytes()))
        else:
            self.tamper(draw, path)
        line = draw.choice([["replay", str(path)], ["replay", str(path), "--show", "state"],
                            ["replay", str(path), "--show", "events", "--set", "cluster.replicas=5"],
                            ["replay", str(path), "--show", "state", "--set", "cluster.clients=2"],
                            ["run", str(ROOT / "scenarios/catalogue/bugs/ping-pong-forgets-to-check.yaml"), "--db", str(path)]])
        return Input("database", [self.stampede] + line, [path])

    def subject(self, draw, path):
        """A database as a rule; what else people have at hand."""
        kind = draw.randrange(8)
        if kind == 0:
            return draw.choice(self.histories)
        if kind == 1:
            return draw.choice(self.scenarios)
        if kind > 2:
            return self.database
        path.write_bytes(self.database.read_bytes())
        self.tamper(draw, path)
        return path

    def explained(self, draw, path):
        command = draw.choice(list(EXPLAINS))
        out = path.with_suffix(".out")
        line = [command, str(self.subject(draw, path))]
        if command == "diff":
            line += draw.choices(RUNS, k=draw.randint(1, 2))
        elif draw.randrange(2) == 0:
            line += [draw.choice(["--run", "--run", "--seed"]), draw.choice(RUNS)]
        flags = EXPLAINS[command]
        for flag in draw.sample(list(flags), draw.randint(min(1, len(flags)), len(flags))):
            value = draw.choice(flags[flag])
            line += [flag, str(out) if value is None else value]
        if command == "shrink" and "--max-time" not in line:
            line += ["--max-time", "1s"]
        if command == "view" and "--html" not in line:
            line += ["--html", str(out)]
        as_json = draw.randrange(3) == 0
        return Input("explained", [self.stampede] + line + (["--json"] if as_json else []), [path, out], as_json)

    def session(self, draw, path):
        out = path.with_suffix(".out")
        line = [self.stampede, "step", str(self.subject(draw, path)), "--save", str(out)]
        line += draw.choice([[], ["--echo"], ["--to", draw.choice(STEPS)], ["--set", "cluster.defects=[]"]])
        typed = "\n".join(draw.choices(LINES, k=draw.randint(1, 12))) + draw.choice(["", "\n"])
        return Input("session", line, [path, out], typed=typed)

    @staticmethod
    def tamper(draw, path):
        table = draw.choice(["run", "event", "node", "violation"])
        statements = [
            f"DELETE FROM {table} WHERE rowid % {draw.randint(1, 5)} = 0",
            "UPDATE run SET id = 9223372036854775807 WHERE id = 1", "UPDATE run SET id = -1 WHERE id = 1",
            "DELETE FROM run WHERE id = 2",
            f"UPDATE event SET {draw.choice(['step', 'node', 'peer', 'nth', 'copy', 'kind', 'time'])} = "
            f"{draw.choice(['-1', '9223372036854775807', 'NULL', chr(39) + 'x' + chr(39)])} WHERE rowid % 7 = 0",
            f"UPDATE run SET {draw.choice(['event_count', 'decisions', 'seed', 'scenario_text', 'overrides', 'schedule', 'block_digests', 'mode', 'verdict'])}"
            f" = {draw.choice(['-1', '9223372036854775807', 'NULL', 'zeroblob(1000)', chr(39) + '[' + chr(39)])}",
            f"CREATE TRIGGER t AFTER INSERT ON {draw.choice(['run', 'event'])} BEGIN INSERT INTO node VALUES (1, 0, 'a', 'b'); END",
            f"ALTER TABLE {table} RENAME TO gone; CREATE VIEW {table} AS WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, i AS run, 'x' AS name, 'y' AS role FROM n",
            f"DROP TABLE {table}", f"PRAGMA user_version = {draw.randint(0, 9)}", "UPDATE node SET id = id + 4294967296"]
        database = sqlite3.connect(path)
        try:
            database.executescript(draw.choice(statements))
        except sqlite3.Error:
            pass  # left as it is
        database.close()

    def interrupted(self, draw, _path):
        file = str(ROOT / "scenarios/catalogue/viewstamped/swarm.yaml")
        line = draw.choice([["run", file, "--max-time", "2s", "--set", "limits.virtual_time=1000h"],
                            ["sweep", file, "--seeds", "1..1000000", "--jobs", "1"],
                            ["explore", file, "--max-time", "2s", "--check-reductions"],
                            ["check", str(self.large), "--max-time", "2s"]])
        return Input("signal", [self.stampede] + line, [], sends=signal.SIGINT, after=draw.uniform(0.02, 0.3))

    def full_disk(self, draw, _path):
        file = str(ROOT / "scenarios/catalogue/bugs/ping-pong-forgets-to-check.yaml")
        line = draw.choice([["run", file], ["run", file, "--json"], ["explore", file], ["explore", file, "--script", "/dev/full"],
                            ["sweep", file, "--seeds", "1..2", "--db", "/dev/full"], ["replay", str(self.database)],
                            ["list", "models"], ["schema"], ["explore", file, "--graph", "/nowhere/f.dot"]])
        return Input("full disk", [self.stampede] + line, [], full=True)

    def limited(self, draw, _path):
        cap = draw.choice([64, 96])
        search = ["explore", str(ROOT / "scenarios/catalogue/bugs/vrr-state-transfer-truncates.yaml"), "--set", "expect=ok",
                  "--set", "cluster.defects=[]", "--set",
                  "explore={timers: {ViewChangeTimeout: 3}, reductions: none, plan: {c0: [{put: [x,1]},{put: [x,2]}]}}",
                  "--max-time", "3s", "--max-memory", f"{cap}MiB"]
        line = draw.choice([[self.stampede] + search, [self.stampede] + search + ["--exact"],
                            [self.stampede] + search + ["--strategy", "novelty"],
                            [self.stampede, "check", str(self.large), "--max-memory", f"{cap}MiB"],
                            [self.unruly, "run", str(self.provocation("allocate")), "--max-memory", f"{cap}MiB"],
                            [self.unruly, "run", str(self.provocation("loop")), "--max-time", "200ms"]])
        return Input("limit", line, [], memory=cap << 20)

    def provocation(self, way):
        file = self.folder / f"{way}.yaml"
        if not file.exists():
            file.write_text(f"cluster: {{ model: unruly, replicas: 2, options: {{ way: {way} }} }}\n", encoding="utf-8")
        return file


def as_a_command():
    """Within limits; and with the signals of a terminal, wherever this program was started."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fault_of(attacked):
    """What is wrong with how the command ended, or nothing."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as typed:
        typed.write(attacked.typed.encode())
        typed.seek(0)
        with open("/dev/full", "wb") as full:
            process = subprocess.Popen(attacked.command, stdin=typed, stdout=full if attacked.full else out,
                                       stderr=err, cwd=ROOT, preexec_fn=as_a_command)
        deadline = time.monotonic() + HANG_SECONDS
        sent_at = time.monotonic() + attacked.after
        sends = attacked.sends
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid != 0:
                break
            if sends is not None and time.monotonic() >= sent_at:
                process.send_signal(sends)
                sends = None
            if time.monotonic() > deadline:
                process.kill()
                os.wait4(process.pid, 0)
                process.returncode = -9
                return f"it did not end within {HANG_SECONDS} s"
            time.sleep(0.002)
        process.returncode = ended = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        words = err.read().decode("utf-8", "replace").strip()
        said = words[-300:]
        if ended not in (0, 1, 2, 4) and not (attacked.sends is not None and ended == -attacked.sends):
            return f"it ended with {ended}: {said}"
        if attacked.memory is not None and usage.ru_maxrss * 1024 > attacked.memory * 1.01:
            return f"it had {usage.ru_maxrss / 1024:.1f} MiB in use, and {attacked.memory >> 20} MiB were allowed"
        # What a full disk needs nobody has to be told.
        if ended == 2 and attacked.kind != "full disk" and "hint: " not in words:
            return f"it refuses without a hint: {said}"
        text = out.read()
        if attacked.json_wanted and ended != 2 and text:
            try:
                told = json.loads(text)
            except ValueError as error:
                return f"what it says is not JSON: {error}: {text[:200]!r}"
            if attacked.kind == "history" and told.get("verdict") == "ok" and not told.get("completed_operations", 1):
                return "a history without a completed operation is ok"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--inputs", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    counts = collections.Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        attack = Attack(arguments.build.resolve(), pathlib.Path(folder), arguments.seed)

        def done(number):
            attacked = attack.input(number)
            fault = fault_of(attacked)
            kept = ""
            if fault is not None and attacked.files and attacked.files[0].exists():
                kept = str(pathlib.Path(tempfile.gettempdir()) / f"attack-{number}{attacked.files[0].suffix}")
                pathlib.Path(kept).write_bytes(attacked.files[0].read_bytes())
            for file in attacked.files:
                for suffix in ("", "-wal", "-shm", "-journal"):
                    pathlib.Path(str(file) + suffix).unlink(missing_ok=True)
            return number, attacked, fault, kept

        numbers = range(arguments.first, arguments.first + arguments.inputs)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            for number, attacked, fault, kept in pool.map(done, numbers):
                counts[attacked.kind] += 1
                if fault is None:
                    continue
                faults += 1
                print(f"input {number} ({attacked.kind}): {fault}\n  {shlex.join(attacked.command)}", flush=True)
                if kept:
                    print(f"  its file: {kept}", flush=True)
    print(f"{sum(counts.values())} inputs ({', '.join(f'{kind} {count}' for kind, count in sorted(counts.items()))}), {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
