// What lanes beside those of nodes hold: faults, saves, values that are watched.
import type { Range, Run } from './run';
import { isMembers } from './values';
import { brief } from './words';

const rowsMost = 5;

/** Something that lasts. Those at one time stand in rows below each other. */
export interface Stretch {
  name: string;
  from: number;
  until: number;
  row: number;
}

/** Found again when more of the run is here. */
function kept<T>(find: (run: Run) => T): (run: Run) => T {
  const known = new WeakMap<Run, { here: Range; found: T }>();
  return (run) => {
    let entry = known.get(run);
    if (entry?.here !== run.here) known.set(run, (entry = { here: run.here, found: find(run) }));
    return entry.found;
  };
}

export const faultsOf = kept((run): Stretch[] => {
  const faults: Stretch[] = [];
  const open = new Map<string, Stretch>();
  const rows: number[] = [];
  for (const [step, turn, , type] of run.overview.turns) {
    const kind = run.overview.kinds[turn];
    const name = run.overview.types[type] ?? '';
    if (kind === 'begin_fault') {
      const free = rows.findIndex((until) => until <= step);
      const row = Math.min(free < 0 ? rows.length : free, rowsMost - 1);
      const fault = { name, from: step, until: run.size + 1, row };
      rows[row] = Infinity;
      faults.push(fault);
      open.set(name, fault);
    } else if (kind === 'end_fault') {
      const fault = open.get(name);
      if (!fault) continue;
      fault.until = step;
      rows[fault.row] = step;
      open.delete(name);
    }
  }
  return faults;
});

/** Saves and disk requests, from the step that asked until it is done; a row for each node that has some. */
export const savesOf = kept((run): Stretch[] => {
  const saves: Stretch[] = [];
  const rows = new Map<number, number>();
  for (let step = run.here.first; step <= run.here.last; ++step) {
    if (run.kind(step) !== 'complete') continue;
    const node = run.node[step]!;
    if (!rows.has(node)) rows.set(node, rows.size);
    saves.push({ name: run.name(node), from: run.cause[step]! || step, until: step, row: rows.get(node)! });
  }
  return saves;
});

export function rowsOf(stretches: Stretch[]): number {
  return stretches.reduce((most, { row }) => Math.max(most, row + 1), 0);
}

/** A value of one node, by the steps at which it becomes another. */
export interface Watched {
  node: number;
  values: { from: number; words: string }[];
}

/** `view_number` of all nodes that have it, `r1.log` of one; members of members behind further dots. */
export function pathOf(run: Run, expression: string): { nodes: number[]; path: string[] } {
  const [first = '', ...rest] = expression.split('.');
  const node = run.nodeOf(first);
  const everybody = run.overview.nodes.map((_, at) => at);
  return node >= 0 ? { nodes: [node], path: rest } : { nodes: everybody, path: [first, ...rest] };
}

function valueAt(state: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, member) => (isMembers(value) ? value[member] : Array.isArray(value) ? (member === 'length' ? value.length : value[Number(member)]) : undefined), state);
}

const watchesKnown = new WeakMap<Run, Map<string, { parts: number; watched: Watched[] }>>();

/** As far as the run's parts are here. */
export function watched(run: Run, expression: string): Watched[] {
  let known = watchesKnown.get(run);
  if (!known) watchesKnown.set(run, (known = new Map()));
  const before = known.get(expression);
  if (before?.parts === run.partsKnown) return before.watched;
  const found = findWatched(run, expression);
  known.set(expression, { parts: run.partsKnown, watched: found });
  return found;
}

function findWatched(run: Run, expression: string): Watched[] {
  const { nodes, path } = pathOf(run, expression);
  const all = new Map(nodes.map((node): [number, Watched] => [node, { node, values: [] }]));
  const note = (node: number, from: number, state: unknown) => {
    const value = valueAt(state, path);
    const values = all.get(node)?.values;
    if (!values || (value === undefined && values.length === 0)) return;
    const words = Array.isArray(value) ? `${value.length} entries` : brief(value);
    if (values.at(-1)?.words !== words) values.push({ from, words });
  };
  for (let part = 0; part < run.parts; ++part) {
    const loaded = run.known(part);
    if (!loaded) continue;
    for (const node of nodes) note(node, loaded.first, run.firstState(node, part));
    loaded.steps.forEach(({ edit }, at) => {
      const step = loaded.steps_from + at;
      const node = run.node[step]!;
      if (edit && all.has(node)) note(node, step, run.state(node, step));
    });
  }
  return [...all.values()].filter(({ values }) => values.length > 0);
}
