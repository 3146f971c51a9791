// Finding steps: words, and fields with a value, all of which must fit.
//   lost prepare            words, in what the step says, carries or changes
//   node:r2 kind:drop       of the step itself: node, from, kind, type, step, time
//   view_number >= 2        a field of what it carries, or of what it changes in the state of its node; `r1.view_number`: at this node
//   kind:crash -> Recovery  the second comes of the first, by whatever way; `!->`: it does not come of any such
import { fieldsOf, type Fields } from './fields';
import type { Run } from './run';
import { brief, lowered, sentence } from './words';

type Fits = (step: number) => boolean;
/** Finds out what is inside of steps, where a condition needs that. */
type AskFields = () => Promise<Fields>;

const comparisons: Record<string, (one: number, other: number) => boolean> = {
  '>=': (one, other) => one >= other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '<': (one, other) => one < other,
};

/** Those that a double does not hold are texts. */
const isNumber = (value: unknown) => typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');

async function conditionOf(run: Run, query: string, ask: AskFields): Promise<Fits> {
  const words = lowered(query.replaceAll(/\s*(>=|<=|!=|[=<>])\s*/g, '$1')).split(/\s+/).filter(Boolean);
  const all = await Promise.all(words.map((word) => termOf(run, word, ask)));
  return (step) => all.length > 0 && all.every((fits) => fits(step));
}

async function termOf(run: Run, word: string, ask: AskFields): Promise<Fits> {
  const [, name, comparison, wanted] = /^([\w.]+)(>=|<=|!=|=|:|>|<)(.+)$/.exec(word) ?? [];
  if (!name || !comparison || !wanted) {
    const inside = marks(run, await (await ask()).word(word));
    return (step) => inside[step] === 1 || lowered(`${sentence(run, step)} ${run.kind(step)}`).includes(word);
  }
  const fits = (value: unknown) => {
    const text = lowered(typeof value === 'string' ? value : value === null ? 'null' : brief(value));
    if (comparison === ':') return text.includes(wanted);
    if (comparison === '=') return text === wanted;
    if (comparison === '!=') return text !== wanted;
    return isNumber(value) && comparisons[comparison]!(Number(value), Number(wanted));
  };
  const own: Record<string, (step: number) => unknown> = {
    node: (step) => run.name(run.node[step]!),
    from: (step) => run.name(run.peer[step]!),
    kind: (step) => run.kind(step),
    type: (step) => run.type(step),
    step: (step) => step,
    time: (step) => run.time[step]! / 1e6,
  };
  const asked = own[name];
  if (asked) return (step) => fits(asked(step));
  return insideOf(run, name, fits, await ask());
}

/** Steps with a field that fits: of a node, if the name begins with one. */
async function insideOf(run: Run, name: string, fits: (value: unknown) => boolean, fields: Fields): Promise<Fits> {
  const [first, ...rest] = name.split('.');
  const node = rest.length > 0 ? run.overview.nodes.findIndex((each) => lowered(each.name) === first) : -1;
  const { steps, valueOf, value } = await fields.field(node < 0 ? name : rest.join('.'));
  const isWanted: boolean[] = [];
  const inside = marks(run, steps, (at) => (isWanted[valueOf[at]!] ??= fits(value(valueOf[at]!))));
  return (step) => inside[step] === 1 && (node < 0 || run.node[step] === node);
}

/** By step: 1 for those of these that fit. What boots do is not told of. */
function marks(run: Run, steps: ArrayLike<number>, fits: (at: number) => boolean = () => true): Uint8Array {
  const marked = new Uint8Array(run.size + 1);
  for (let at = 0; at < steps.length; ++at) if (steps[at]! > run.overview.boots && fits(at)) marked[steps[at]!] = 1;
  return marked;
}

/** What is looked for in a row: each comes of the one before, or of no such one. */
interface Link {
  fits: Fits;
  absent: boolean;
}

async function sequenceOf(run: Run, query: string, ask: AskFields): Promise<Link[]> {
  const [first = '', ...rest] = query.split(/\s+(!?->)\s+/);
  const links: Link[] = [{ fits: await conditionOf(run, first, ask), absent: false }];
  for (let at = 0; at + 1 < rest.length; at += 2) links.push({ fits: await conditionOf(run, rest[at + 1]!, ask), absent: rest[at] === '!->' });
  return links;
}

/** Goes through the steps in their order, and says of each whether the whole row ends there. */
class Row {
  /** Of each link: the steps at which it fits, and those in whose past there is such a one. */
  readonly #behind: Uint8Array[];

  constructor(
    readonly run: Run,
    readonly links: Link[],
  ) {
    this.#behind = links.slice(1).map(() => new Uint8Array(run.size + 1));
  }
  fits(step: number): boolean {
    const { cause, before } = this.run;
    let fits = false;
    this.links.forEach((link, place) => {
      const past = this.#behind[place - 1];
      const isBehind = past === undefined || (past[cause[step]!]! | past[before[step]!]!) === 1;
      fits = isBehind !== link.absent && link.fits(step);
      const reached = this.#behind[place];
      if (reached) reached[step] = fits ? 1 : reached[cause[step]!]! | reached[before[step]!]!;
    });
    return fits;
  }
}

/** All steps that fit, ascending. What has to be looked into for it is; `progress` says how far that is. */
export async function find(run: Run, query: string, progress: (part: number) => void, ended: () => boolean): Promise<number[]> {
  const row = new Row(run, await sequenceOf(run, query, () => fieldsOf(run, progress, ended)));
  const found: number[] = [];
  for (let step = 1; step <= run.size && !ended(); ++step) {
    if (row.fits(step)) found.push(step);
  }
  return found;
}
