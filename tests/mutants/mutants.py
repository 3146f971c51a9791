#!/usr/bin/env python3
"""Takes every guard of models/viewstamped away, one at a time, and shows that something fails.

usage: mutants.py BUILD [--list] [--only N,M...]

BUILD is a Release build with tests. All mutants are compiled into one binary: a condition C becomes
`kept(N) && (C)` and each part of it likewise, and the environment says which N is not kept. What
judges a mutant, the cheapest first: the golden tests and the catalogue's scripts, swarms, a search.
Prints a line per mutant; exits with 1 if one survives. A guard that nothing needs is no guard: it
becomes a test, an ASSERT, or goes.
"""
import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = "models/viewstamped"
SOURCES = ["normal", "view_change", "recovery", "state_transfer", "status", "replica"]
# What is neither rule nor server: checks, and what makes searches cheaper. They are linked as they are.
OTHERS = ["core_facts", "exploration", "invariants", "model"]
# What a guard may stand before without being one: a count, an ASSERT or a block of ASSERTs.
HARMLESS = r"\)\s*(ASSERT\(|context\.reached\(|\{(\s*ASSERT\([^;]*\);)+\s*\})"
PRELUDE = """#include <cstdlib>
namespace { inline bool kept(int mutant) {
  static const char* chosen = std::getenv("STAMPEDE_MUTANT");
  static const int number = chosen == nullptr ? 0 : std::atoi(chosen);
  return number != mutant;
} }
"""


class Mutant:
    """A condition, or a part of one, that does not count. Its name stays when lines move."""

    def __init__(self, file, line, condition, removed, earlier):
        self.number, self.file, self.line = len(earlier) + 1, file, line
        name = f"{file}: {condition}" + ("" if removed == condition else f" WITHOUT {removed}")
        repeated = sum(other.name.split(" #")[0] == name for other in earlier)
        self.name = name + (f" #{repeated + 1}" if repeated else "")


def closing(text, begin):
    """Position of the parenthesis that closes the one at `begin`."""
    depth = 0
    for position in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position
    raise ValueError("a parenthesis is not closed")


def parts_of(condition):
    """The operands of the outermost || or, without one, &&; and which of the two it is."""
    for operator in ("||", "&&"):
        parts, depth, last = [], 0, 0
        for position, character in enumerate(condition):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
            if depth == 0 and condition.startswith(operator, position):
                parts.append(condition[last:position])
                last = position + 2
        if parts:
            return operator, parts + [condition[last:]]
    return "", [condition]


def plain(text):
    return " ".join(text.split())


def mutate(file, text, mutants):
    """`text` with every condition under a switch; tells `mutants` of each."""

    def switch(position, condition, removed):
        line = text.count("\n", 0, position) + 1
        mutants.append(Mutant(file, line, plain(condition), plain(removed), mutants))
        return mutants[-1].number

    result, last = "", 0
    for found in re.finditer(r"\b(if|while) \(|\breturn (?=[^;(]*(?:&&|\|\|))", text):
        if found.start() < last:
            continue
        statement = found.group(1)
        begin = found.end()
        end = closing(text, begin - 1) if statement else text.index(";", begin)
        condition = text[begin:end]
        # Declarations; and what asserts or counts, and does nothing else.
        if re.match(r"\s*(const )?auto", condition) or re.match(HARMLESS, text[end:]):
            continue
        operator, parts = parts_of(condition)
        if operator:
            changed = []
            for part in parts:
                number = switch(begin, condition, part)
                # Without it: nothing is added by an operand of ||, nothing asked by one of &&.
                changed.append(f"(kept({number}) && ({part}))" if operator == "||"
                               else f"(!kept({number}) || ({part}))")
            new = f" {operator} ".join(changed)
        else:
            new = condition
        if statement == "if":
            new = f"kept({switch(begin, condition, condition)}) && ({new})"
        result += text[last:begin] + new
        last = end
    return result + text[last:]


def run(command, **more):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)


def link_commands(build, target):
    """The command that links this target, and the folder it is for."""
    lines = subprocess.run(["ninja", "-C", build, "-t", "commands", target], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return next(line for line in reversed(lines) if f" -o {target} " in line)


def compile_all(build, folder):
    """Both programs with all mutants in them, under `folder`."""
    mutants = []
    flags = ["g++", "-std=c++20", "-O1", f"-I{ROOT}", "-D_GLIBCXX_ASSERTIONS", "-c"]
    objects = []
    for name in SOURCES + OTHERS:
        source = ROOT / MODEL / f"{name}.cpp"
        text = source.read_text()
        if name in SOURCES:
            text = PRELUDE + mutate(f"{name}.cpp", text, mutants)
        copy = folder / f"{name}.cpp"
        objects.append(folder / f"{name}.o")
        if copy.exists() and copy.read_text() == text and objects[-1].exists():
            continue
        copy.write_text(text)
        subprocess.run(flags + [copy, "-o", objects[-1]], check=True)
    for target in ("stampede", "tests/stampede_tests"):
        command = link_commands(build, target)
        output = folder / pathlib.Path(target).name
        # Before the libraries: what is defined already is not looked for in them.
        command = command.replace(f" -o {target} ",
                                  f" -o {shlex.quote(str(output))} {shlex.join(map(str, objects))} ", 1)
        command = re.split(r" && cd | && :$", command)[0]
        subprocess.run(command, shell=True, check=True, cwd=build)
    return mutants


def judges(folder):
    """What a mutant must get past, by name."""
    program = str(folder / "stampede")
    catalogue = "scenarios/catalogue/"
    yield "scripts", [str(folder / "stampede_tests"),
                      "[paper][viewstamped],[text][viewstamped],[regress][viewstamped]"]
    for swarm, seeds in (("swarm", 600), ("crash-vectors", 200), ("client-crash-storm", 200), ("power-loss", 100)):
        yield swarm, [program, "sweep", f"{catalogue}viewstamped/{swarm}.yaml", "--seeds", f"1..{seeds}"]
    yield "alone", [program, "sweep", f"{catalogue}viewstamped/steady-state.yaml", "--seeds", "1..5", "--set",
                    "cluster.replicas=1"]
    yield "forgetting", [program, "sweep", f"{catalogue}bugs/vrr-recovery-forgets-view-random.yaml", "--seeds",
                         "1..300", "--set", "cluster.defects=[]", "--set", "cluster.options.recovery=crash_vectors",
                         "--set", "expect=ok"]
    for name, budgets in (("views", "timers: {ViewChangeTimeout: 2, CommitTimeout: 1}"),
                          ("crashes", "timers: {ViewChangeTimeout: 1, RecoveryTimeout: 1}, crashes: 1")):
        yield f"search of {name}", [
            program, "explore", f"{catalogue}bugs/vrr-state-transfer-truncates.yaml", "--set", "cluster.defects=[]",
            "--set", "expect=ok", "--set", f"explore={{{budgets}, plan: {{c0: [{{put: [x, 1]}}]}}}}"]


def verdict(folder, number):
    """The first judge that notices, or nothing."""
    environment = dict(os.environ, STAMPEDE_MUTANT=str(number))
    for name, command in judges(folder):
        try:
            if run(command, env=environment, timeout=300).returncode != 0:
                return name
        except subprocess.TimeoutExpired:
            return name + " (does not end)"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--list", action="store_true", help="name the mutants and stop")
    parser.add_argument("--only", help="numbers of mutants")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    if arguments.list:
        mutants = []
        for name in SOURCES:
            mutate(f"{name}.cpp", (ROOT / MODEL / f"{name}.cpp").read_text(), mutants)
        for mutant in mutants:
            print(mutant.number, f"{mutant.file}:{mutant.line}", mutant.name, sep="\t")
        return 0
    folder = build / "mutants"
    folder.mkdir(exist_ok=True)
    mutants = compile_all(build, folder)
    noticed = verdict(folder, 0)
    if noticed:
        print(f"without any mutant, {noticed} fails")
        return 1
    wanted = {int(number) for number in arguments.only.split(",")} if arguments.only else None
    survivors = 0
    for mutant in mutants:
        if wanted is not None and mutant.number not in wanted:
            continue
        judge = verdict(folder, mutant.number)
        survivors += not judge
        print(mutant.number, f"{mutant.file}:{mutant.line}", judge or "SURVIVES", mutant.name, sep="\t", flush=True)
    print(f"{len(mutants)} mutants, {survivors} of those tried survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
