#!/usr/bin/env python3
"""Makes the models wrong, one line at a time, and shows that something notices.

usage: mutations.py BUILD [--list] [--only PATTERN] [--matrix]

BUILD is a Release build with tests. Of models/viewstamped each guard is taken away (guards.py), and its scripts, swarms
or a search must fail. The other models have mutants that somebody has written (written.py, *.ini), and a swarm of the
catalogue must fail within 3,000 seeds, or a search within 60 seconds of CPU time. Prints a line per mutant, and the
score; exits with 1 if one survives.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

import guards
import program
import written

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOGUE = "scenarios/catalogue"
# Seconds of CPU time: of a search, and of what has to end.
SEARCH, ANY = 60, 300


class Judge:
    """A command that ends with 0 if nothing is wrong; with 1 if something is, or, for `strict` ones, with anything.

    A `search` may be stopped, and has found nothing then."""
    sound = set()

    def __init__(self, name, program_file, *words, strict=False, search=False):
        self.name, self.strict, self.search = name, strict, search
        self.command = [str(program_file), *map(str, words)]
        self.target = "tests/stampede_tests" if program_file.name == "stampede_tests" else program_file.name

    def run(self, number, *words):
        return program.run(ROOT, self.command + list(words), number, SEARCH if self.search else ANY)

    def notices(self, number):
        """How, or nothing."""
        status, _ = self.run(number)
        if status is None:
            return "" if self.search else f"{self.name} (does not end)"
        return self.name if status == 1 or (self.strict and status) else ""

    def require_sound(self):
        """Whoever notices a mutant must notice nothing without one. Asked once, when it matters."""
        if self.name not in Judge.sound:
            if self.notices(0):
                sys.exit(f"{self.name} fails without any mutant")
            Judge.sound.add(self.name)


def judges_of_guards(folder):
    """The cheapest first."""
    catalogue, name = f"{CATALOGUE}/viewstamped", folder / "stampede"

    def judge(*parts):
        return Judge(*parts, strict=True)

    tests = ",".join(f"[{kind}][viewstamped]" for kind in ("paper", "text", "unit", "regress"))
    yield judge("scripts", folder / "stampede_tests", tests, "--abort")
    for file in sorted((ROOT / CATALOGUE / "bugs").glob("vrr-*.yaml")):
        if not file.stem.endswith("-random"):
            yield judge(f"bugs/{file.name}", name, "run", file.relative_to(ROOT))
    for swarm, seeds in (("reconfiguring-swarm", 600), ("checkpoints", 300), ("swarm", 1200), ("crash-vectors", 200),
                         ("client-crash-storm", 200), ("power-loss", 100)):
        # What is rare may be missed by chance, and is no fault.
        yield judge(swarm, name, "sweep", f"{catalogue}/{swarm}.yaml", "--seeds", f"1..{seeds}", "--set", "reach=[]")
    yield judge("alone", name, "sweep", f"{catalogue}/steady-state.yaml", "--seeds", "1..5", "--set",
                "cluster.replicas=1")
    yield judge("forgetting", name, "sweep", f"{CATALOGUE}/bugs/vrr-recovery-forgets-view-random.yaml", "--seeds",
                "1..300", "--set", "cluster.defects=[]", "--set", "cluster.options.recovery=crash_vectors",
                "--set", "expect=ok")
    for title, budgets in (("views", "timers: {ViewChangeTimeout: 2, CommitTimeout: 1}"),
                           ("crashes", "timers: {ViewChangeTimeout: 1, RecoveryTimeout: 1}, crashes: 1")):
        yield judge(f"search of {title}", name, "explore", f"{CATALOGUE}/bugs/vrr-state-transfer-truncates.yaml",
                    "--set", "cluster.defects=[]", "--set", "expect=ok",
                    "--set", f"explore={{{budgets}, plan: {{c0: [{{put: [x, 1]}}]}}}}")


def judges_of_models(folder, models, first):
    """Swarms, then searches, of these folders of the catalogue; `first` before all others."""
    judges = []
    for kind, command, *limit in (("swarm", "sweep", "--stop-after", 1, "--seeds", "1..3000"), ("search", "explore")):
        for model in models:
            for file in sorted((ROOT / CATALOGUE / model).glob(f"*{kind}.yaml")):
                judges.append(Judge(f"{model}/{file.name}", folder / "stampede", command, file.relative_to(ROOT),
                                    *limit, search=kind == "search"))
    return sorted(judges, key=lambda judge: judge.name != first)


def judges_of(folder, mutant):
    if mutant.judged_by == "viewstamped":
        return list(judges_of_guards(folder))
    return judges_of_models(folder, mutant.judged_by.split(), mutant.first)


def states(judge, number):
    """How many a search reaches."""
    status, text = judge.run(number, "--json")
    return json.loads(text)["unique_states"] if status == 0 else None


def same_states(folder, mutant):
    """Each search of its models that is complete without the mutant reaches as many states with it; one at least is."""
    searches = [judge for judge in judges_of(folder, mutant) if judge.search]
    known = [(judge, states(judge, 0)) for judge in searches]
    compared = [states(judge, mutant.number) == count for judge, count in known if count is not None]
    return bool(compared) and all(compared)


def verdict(folder, mutant, matrix):
    """(its kind, what is to be said of it): killed, equivalent, or surviving."""
    noticed = []
    for judge in judges_of(folder, mutant):
        words = judge.notices(mutant.number)
        if words:
            judge.require_sound()
            noticed.append(words)
            if not matrix:
                break
    if noticed:
        return "killed", ", ".join(noticed) + (" (the table says otherwise)" if mutant.equivalent else "")
    if mutant.equivalent:
        return ("equivalent", "equivalent") if same_states(folder, mutant) else ("surviving", "OTHER STATES")
    return "surviving", "SURVIVES"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="name the mutants and stop")
    parser.add_argument("--only", default="", help="mutants in whose name this pattern is found")
    parser.add_argument("--matrix", action="store_true", help="all that notice, not only the first")
    arguments = parser.parse_args()
    sources, mutants = {}, []
    guards.mutate(ROOT, sources, mutants)
    written.mutate(ROOT, sources, mutants)
    chosen = [mutant for mutant in mutants if re.search(arguments.only, mutant.name)]
    if arguments.list:
        for mutant in chosen:
            print(mutant.number, mutant.place, mutant.name, sep="\t")
        return 0
    build = arguments.build.resolve()
    folder = build / "mutations"
    folder.mkdir(exist_ok=True)
    targets = sorted({judge.target for mutant in chosen for judge in judges_of(folder, mutant)})
    program.compile_all(ROOT, build, folder, sources, targets)
    kinds = collections.Counter()
    for mutant in chosen:
        kind, words = verdict(folder, mutant, arguments.matrix)
        kinds[kind] += 1
        print(mutant.place, words, mutant.name, sep="\t", flush=True)
    print(f"{len(chosen)} mutants: {kinds['killed']} killed, {kinds['equivalent']} equivalent, "
          f"{kinds['surviving']} survive")
    return 1 if kinds["surviving"] else 0


if __name__ == "__main__":
    sys.exit(main())
