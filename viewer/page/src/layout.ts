// Where lanes and steps stand in the picture.
import type { Run } from './run';
import type { View } from './view';

export interface Lane {
  name: string;
  /** Of a node; -1 for the lane of faults. */
  node: number;
  client: boolean;
  /** Its line. */
  y: number;
  top: number;
  height: number;
}

export interface Layout {
  width: number;
  height: number;
  lanes: Lane[];
  /** By node; undefined where the lane is hidden. */
  laneOf: (Lane | undefined)[];
  faults: Lane | undefined;
  axisTop: number;
  x(step: number): number;
  /** The place on the axis at x. */
  placeAt(x: number): number;
  /** The steps that stand in the window, and one more on either side. */
  steps: Uint32Array;
}

export const axisHeight = 24;
const faultsName = 'faults';

export function laneNames(view: View): string[] {
  const { nodes } = view.run.overview;
  const clients = nodes.filter((node) => node.role === 'client').map((node) => node.name);
  const others = nodes.filter((node) => node.role !== 'client').map((node) => node.name);
  const names = [...clients, ...others, ...(hasFaults(view.run) ? [faultsName] : [])];
  const moved = view.shown.order.filter((name) => names.includes(name));
  return [...moved, ...names.filter((name) => !moved.includes(name))].filter((name) => !view.shown.hidden.includes(name));
}

function hasFaults(run: Run): boolean {
  return faultsOf(run).length > 0;
}

export const faultRow = 17;
const rowsMost = 5;

/** A fault from its beginning until its end. */
export interface Fault {
  name: string;
  from: number;
  until: number;
  /** Of the lane of faults: those at one time stand below each other. */
  row: number;
}

const faultsKnown = new WeakMap<Run, Fault[]>();

export function faultsOf(run: Run): Fault[] {
  let faults = faultsKnown.get(run);
  if (!faults) faultsKnown.set(run, (faults = findFaults(run)));
  return faults;
}

function findFaults(run: Run): Fault[] {
  const faults: Fault[] = [];
  const open = new Map<string, Fault>();
  const rows: number[] = [];
  for (let step = 1; step <= run.size; ++step) {
    const kind = run.kind(step);
    const name = run.type(step);
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
}

export function preferredHeight(view: View): number {
  return laneNames(view).reduce((sum, name) => sum + wish(view, name), axisHeight + 10);
}

function wish(view: View, name: string): number {
  const node = view.run.nodeOf(name);
  return node < 0 ? 10 + faultRow * Math.max(...faultsOf(view.run).map(({ row }) => row + 1)) : view.run.isClient(node) ? 42 : 70;
}

export function layout(view: View, width: number, height: number): Layout {
  const names = laneNames(view);
  const scale = Math.max((height - axisHeight - 10) / Math.max(preferredHeight(view) - axisHeight - 10, 1), 0.3);
  let top = 6;
  const lanes = names.map((name): Lane => {
    const node = view.run.nodeOf(name);
    const laneHeight = wish(view, name) * scale;
    const lane = { name, node, client: node >= 0 && view.run.isClient(node), y: top + laneHeight / 2, top, height: laneHeight };
    top += laneHeight;
    return lane;
  });
  const { from, to } = view.shown;
  const place = view.place;
  const laneOf: (Lane | undefined)[] = view.run.overview.nodes.map((_, node) => lanes.find((lane) => lane.node === node));
  return {
    width,
    height,
    lanes,
    laneOf,
    faults: lanes.find((lane) => lane.node < 0),
    axisTop: height - axisHeight,
    x: (step) => ((place[step]! - from) / (to - from)) * width,
    placeAt: (x) => from + (x / width) * (to - from),
    steps: stepsInWindow(view),
  };
}

/** The steps that stand in the window, and one more on either side. */
export function stepsInWindow({ visible, place, shown }: View): Uint32Array {
  if (shown.axis === 'depth') return visible.filter((step) => place[step]! >= shown.from - 1 && place[step]! <= shown.to + 1);
  const first = (bound: number) => {
    let low = 0;
    let high = visible.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place[visible[middle]!]! < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return visible.subarray(Math.max(first(shown.from) - 1, 0), first(shown.to) + 1);
}
