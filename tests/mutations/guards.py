"""Takes every guard of models/viewstamped away, one at a time.

A condition C becomes `kept && (C)`, and each part of it likewise. A guard that nothing needs is no guard: it becomes a
test, an ASSERT, or goes (docs/decisions/029-no-guard-without-use.md).
"""
import re

from mutant import Mutant, matching

MODEL = "models/viewstamped"
SOURCES = ["normal", "view_change", "recovery", "state_transfer", "status", "replica", "reconfiguration"]
# What a guard may stand before without being one: a count, an ASSERT or a block of ASSERTs.
HARMLESS = r"\)\s*(ASSERT\(|context\.reached\(|\{(\s*ASSERT\([^;]*\);)+\s*\})"


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


def name_of(file, condition, removed, mutants):
    """It stays when lines move."""
    name = f"{file}: {condition}" + ("" if removed == condition else f" WITHOUT {removed}")
    repeated = sum(re.sub(r" #\d+$", "", other.name) == name for other in mutants)
    return name + (f" #{repeated + 1}" if repeated else "")


def switched(path, text, mutants):
    """`text` with every condition under a switch; tells `mutants` of each."""

    def switch(position, condition, removed):
        name = name_of(path.rpartition("/")[2], plain(condition), plain(removed), mutants)
        place = f"{path}:{text.count(chr(10), 0, position) + 1}"
        mutants.append(Mutant(len(mutants) + 1, name, place, "viewstamped"))
        return mutants[-1].condition

    result, last = "", 0
    for found in re.finditer(r"\b(if|while) \(|\breturn (?=[^;(]*(?:&&|\|\|))", text):
        if found.start() < last:
            continue
        statement = found.group(1)
        begin = found.end()
        end = matching(text, begin - 1) if statement else text.index(";", begin)
        condition = text[begin:end]
        # Declarations; and what asserts or counts, and does nothing else.
        if re.match(r"\s*(const )?auto", condition) or re.match(HARMLESS, text[end:]):
            continue
        operator, parts = parts_of(condition)
        new = condition
        if operator:
            # Without it: nothing is added by an operand of ||, nothing asked by one of &&.
            form = "(!{} && ({}))" if operator == "||" else "({} || ({}))"
            new = f" {operator} ".join(form.format(switch(begin, condition, part), part) for part in parts)
        if statement == "if":
            new = f"!{switch(begin, condition, condition)} && ({new})"
        result += text[last:begin] + new
        last = end
    return result + text[last:]


def mutate(root, sources, mutants):
    """Puts the changed text of each file into `sources`."""
    for name in SOURCES:
        path = f"{MODEL}/{name}.cpp"
        sources[path] = switched(path, (root / path).read_text(), mutants)
