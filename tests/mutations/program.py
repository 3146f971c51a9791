"""One program that is all mutants: which one, the environment says (STAMPEDE_MUTANT)."""
import concurrent.futures
import os
import pathlib
import re
import resource
import shlex
import shutil
import signal
import subprocess

PRELUDE = """#pragma once
#include <cstdlib>
inline const int stampede_chosen_mutant = [] {
  const char* chosen = std::getenv("STAMPEDE_MUTANT");
  return chosen == nullptr ? 0 : std::atoi(chosen);
}();
inline bool stampede_mutant(int number) { return number == stampede_chosen_mutant; }
"""
VARIABLE = "STAMPEDE_MUTANT"


def users_of(root, files):
    """Folders of models that have to be compiled again: those that have or include one of the files."""
    folders = {path.parent for path in (root / "models").glob("*/*.cpp")}
    included = {folder: set(re.findall(r'#include "(models/[^"]*)"', "".join(
        path.read_text() for path in folder.glob("*.?pp")))) for folder in folders}
    wanted = {str(pathlib.PurePath(file).parent) for file in files}
    headers = {file for file in files if file.endswith(".hpp")}
    while True:
        more = {str(folder.relative_to(root)) for folder in folders if included[folder] & headers} - wanted
        if not more:
            return sorted(wanted)
        wanted |= more
        headers |= {str(path.relative_to(root)) for folder in more for path in (root / folder).glob("*.hpp")}


def link_command(build, target):
    lines = subprocess.run(["ninja", "-C", build, "-t", "commands", target], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return next(line for line in reversed(lines) if f" -o {target} " in line)


def compile_unit(root, folder, unit):
    """All sources of a folder as one unit: in a tree of changed files first, then in the true one."""
    source = folder / (unit.replace("/", "_") + ".cpp")
    source.write_text("".join(f'#include "{path.relative_to(root)}"\n' for path in sorted((root / unit).glob("*.cpp"))))
    compiler = [*filter(None, [shutil.which("ccache")]), "g++"]
    subprocess.run([*compiler, "-std=c++20", "-O1", "-D_GLIBCXX_ASSERTIONS", "-include", folder / "mutant.hpp",
                    f"-I{folder / 'tree'}", f"-I{root}", "-c", source, "-o", source.with_suffix(".o")], check=True)
    return source.with_suffix(".o")


def compile_all(root, build, folder, sources, targets):
    """Links `targets` of the build with the models in which `sources` are changed, into `folder`."""
    shutil.rmtree(folder / "tree", ignore_errors=True)
    for file, text in sources.items():
        copy = folder / "tree" / file
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text)
    (folder / "mutant.hpp").write_text(PRELUDE)
    with concurrent.futures.ThreadPoolExecutor(2) as two:
        objects = list(two.map(lambda unit: compile_unit(root, folder, unit), users_of(root, sources)))
    for target in targets:
        output = folder / pathlib.Path(target).name
        # Before the libraries: what is defined already is not looked for in them.
        command = link_command(build, target).replace(
            f" -o {target} ", f" -o {shlex.quote(str(output))} {shlex.join(map(str, objects))} ", 1)
        subprocess.run(re.split(r" && cd | && :$", command)[0], shell=True, check=True, cwd=build)


def run(root, command, number, seconds):
    """The exit status as this mutant, and what it printed; None if it did not end in these seconds of CPU time, on which
    what else the machine does has no say, or hangs without using any."""
    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        done = subprocess.run(command, cwd=root, env=dict(os.environ, **{VARIABLE: str(number)}), preexec_fn=limited,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=100 * seconds)
    except subprocess.TimeoutExpired:
        return None, ""
    return None if done.returncode == -signal.SIGXCPU else done.returncode, done.stdout
