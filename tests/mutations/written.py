"""Mutants that somebody has written: the sections of *.ini beside this file.

    [name]
    file = models/abd/abd.cpp
    before = first || newest.sequence < answer.sequence
    after = first || answer.sequence < newest.sequence
    breaks = the rule, in a sentence
    killed by = swarm.yaml

`before` stands in the file once, white space aside; or it is the first behind the words of `behind`. A statement becomes another one, or none; anything else is an expression. In place of `killed by`, `equivalent` says why nothing can kill it. [DEFAULT] has `judged by`: the folders of the catalogue whose swarms and searches are tried.
"""
import configparser
import pathlib
import re

from mutant import Mutant

TABLES = pathlib.Path(__file__).resolve().parent


class Change:
    """A mutant, and where in the text of its file it is."""

    def __init__(self, mutant, begin, end, after):
        self.mutant, self.begin, self.end, self.after = mutant, begin, end, after


def places_of(text, words, begin=0):
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    return [found.span() for found in pattern.finditer(text, begin)]


def place_of(text, row):
    """Where `before` stands."""
    begin = 0
    if "behind" in row:
        begin = places_of(text, row["behind"])[0][1]
    found = places_of(text, row["before"], begin)
    if not found or (len(found) > 1 and not begin):
        raise ValueError(f"[{row.name}] `before` stands in its file {len(found)} times")
    return found[0]


def switched(text, begin, end, changes):
    """text[begin:end] with these changes under their switches; they are nested or apart, wider ones first."""
    if not changes:
        return text[begin:end]
    outer, inner = changes[0], [change for change in changes[1:] if change.begin < changes[0].end]
    beside = changes[1 + len(inner):]
    assert all(change.end <= outer.end for change in inner), f"{outer.mutant.name} overlaps another mutant"
    kept = switched(text, outer.begin, outer.end, inner)
    condition = outer.mutant.condition
    if text[outer.end - 1] == ";" or text.startswith("if (", outer.begin):
        new = f"if ({condition}) {{ {outer.after} }} else {{ {kept} }}"
    else:
        new = f"({condition} ? ({outer.after}) : ({kept}))"
    return text[begin:outer.begin] + new + switched(text, outer.end, end, beside)


def mutate(root, sources, mutants):
    """Puts the changed text of each file into `sources`."""
    changes = {}
    for table in sorted(TABLES.glob("*.ini")):
        sections = configparser.ConfigParser(delimiters=["="], interpolation=None)
        sections.read(table)
        for name in sections.sections():
            row = sections[name]
            text = (root / row["file"]).read_text()
            begin, end = place_of(text, row)
            place = f"{row['file']}:{text.count(chr(10), 0, begin) + 1}"
            mutants.append(Mutant(len(mutants) + 1, f"{table.stem}/{name}", place, row["judged by"],
                                  row.get("killed by", ""), row.get("equivalent", "")))
            changes.setdefault(row["file"], []).append(Change(mutants[-1], begin, end, row["after"]))
    for file, of_file in changes.items():
        of_file.sort(key=lambda change: (change.begin, -change.end))
        text = (root / file).read_text()
        sources[file] = switched(text, 0, len(text), of_file)
