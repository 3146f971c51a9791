"""What all mutants have: a number, under which the program has them, and a name."""
import dataclasses


@dataclasses.dataclass
class Mutant:
    number: int
    name: str
    place: str  # file:line
    judged_by: str  # folders of the catalogue
    first: str = ""  # the file of the catalogue that is known to kill it
    equivalent: str = ""  # why nothing can

    @property
    def condition(self):
        """True in the program if it is to be this mutant."""
        return f"::stampede_mutant({self.number})"


def matching(text, begin):
    """Position of the parenthesis that closes the one at `begin`."""
    depth = 0
    for position in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return position
    raise ValueError("a parenthesis is not closed")
