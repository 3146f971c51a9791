// Finding steps: words, and fields with a value, all of which must fit.
//   lost prepare            words, anywhere in what the step says or carries
//   node:r2 kind:drop       of the step itself: node, from, kind, type, step, time
//   view_number>=2          a field of what it carries, or of the node's state behind it
//   kind:crash -> Recovery  the second comes of the first, by whatever way; `!->`: it does not come of any such
import type { Run } from './run';
import { brief, sentence } from './words';

type Fits = (step: number) => boolean;

interface Condition {
  fits: Fits;
  /** It looks into what a step carries, and not only at the step itself. */
  looksInside: boolean;
}

const comparisons: Record<string, (one: number, other: number) => boolean> = {
  '>=': (one, other) => one >= other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '<': (one, other) => one < other,
};

export function condition(run: Run, query: string): Condition {
  const conditions = query.trim().split(/\s+/).filter(Boolean).map((word) => conditionOf(run, word.toLowerCase()));
  return { fits: (step) => conditions.length > 0 && conditions.every(({ fits }) => fits(step)), looksInside: conditions.some(({ looksInside }) => looksInside) };
}

function conditionOf(run: Run, word: string): Condition {
  const [, field, comparison, wanted] = /^([\w.]+)(>=|<=|!=|=|:|>|<)(.+)$/.exec(word) ?? [];
  if (!field || !comparison || !wanted) return { fits: (step) => textOf(run, step).includes(word), looksInside: true };
  const fits = (value: unknown) => {
    const text = (typeof value === 'string' ? value : brief(value)).toLowerCase();
    if (comparison === ':') return text.includes(wanted);
    if (comparison === '=') return text === wanted;
    if (comparison === '!=') return text !== wanted;
    return comparisons[comparison]!(Number(value), Number(wanted));
  };
  const own: Record<string, (step: number) => unknown> = {
    node: (step) => run.name(run.node[step]!),
    from: (step) => run.name(run.peer[step]!),
    kind: (step) => run.kind(step),
    type: (step) => run.type(step),
    step: (step) => step,
    time: (step) => run.time[step]! / 1e6,
  };
  const ask = own[field];
  if (ask) return { fits: (step) => fits(ask(step)), looksInside: false };
  const isInside = somewhereInside(field, fits);
  const fitsInside = (step: number) => {
    const detail = run.detail(step);
    return isInside(detail?.detail) || (detail?.edit !== undefined && isInside(run.state(run.node[step]!, step)));
  };
  return { fits: fitsInside, looksInside: true };
}

function textOf(run: Run, step: number): string {
  const detail = run.detail(step);
  return `${sentence(run, step)} ${run.kind(step)} ${detail ? JSON.stringify([detail.detail, detail.effects]) : ''}`.toLowerCase();
}

/** Whether a field of that name fits, somewhere in a value. States share what did not change: each such thing is looked into once. */
function somewhereInside(field: string, fits: (value: unknown) => boolean): (value: unknown) => boolean {
  const known = new WeakMap<object, boolean>();
  const isInside = (value: unknown): boolean => {
    if (value === null || typeof value !== 'object') return false;
    let found = known.get(value);
    if (found === undefined) {
      found = Array.isArray(value) ? value.some(isInside) : Object.entries(value).some(([key, each]) => (key.toLowerCase() === field && fits(each)) || isInside(each));
      known.set(value, found);
    }
    return found;
  };
  return isInside;
}

/** What is looked for in a row: each comes of the one before, or of no such one. */
interface Link extends Condition {
  absent: boolean;
}

function sequenceOf(run: Run, query: string): Link[] {
  const [first = '', ...rest] = query.split(/\s+(!?->)\s+/);
  const links: Link[] = [{ ...condition(run, first), absent: false }];
  for (let at = 0; at + 1 < rest.length; at += 2) links.push({ ...condition(run, rest[at + 1]!), absent: rest[at] === '!->' });
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

/** All steps that fit. Loads what is not here yet; says how far it is. */
export async function find(run: Run, query: string, progress: (part: number) => void, ended: () => boolean): Promise<number[]> {
  const row = new Row(run, sequenceOf(run, query));
  const looksInside = row.links.some((link) => link.looksInside);
  const found: number[] = [];
  for (let part = 0; part < run.parts && !ended(); ++part) {
    progress(part);
    if (looksInside) await run.load(part);
    const first = part * run.overview.steps_in_part + 1;
    const end = Math.min(first + run.overview.steps_in_part, run.size + 1);
    for (let step = first; step < end; ++step) {
      if (row.fits(step)) found.push(step);
    }
  }
  return found;
}
