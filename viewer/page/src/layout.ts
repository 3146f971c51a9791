// Where lanes and steps stand in the picture.
import { faultsOf, rowsOf, savesOf, watched } from './lanes';
import type { View } from './view';

export type LaneKind = 'client' | 'node' | 'faults' | 'disks' | 'watch' | 'found';

export interface Lane {
  name: string;
  kind: LaneKind;
  /** Of a node; else -1. */
  node: number;
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
  axisTop: number;
  x(step: number): number;
  /** The place on the axis at x. */
  placeAt(x: number): number;
  /** The steps that stand in the window, and one more on either side. */
  steps: Uint32Array;
}

export const axisHeight = 24;
export const faultRow = 17;
export const saveRow = 9;
export const watchRow = 15;
const faultsName = 'faults';
const disksName = 'disks';
const foundName = 'found';

/** All lanes that there are, those that are pinned first, then those that were moved. */
function allLaneNames(view: View): string[] {
  const { shown, run } = view;
  const { nodes } = run.overview;
  const clients = nodes.filter((node) => node.role === 'client').map((node) => node.name);
  const others = nodes.filter((node) => node.role !== 'client').map((node) => node.name);
  const faults = faultsOf(run).length > 0 ? [faultsName] : [];
  const disks = savesOf(run).length > 0 ? [disksName] : [];
  const found = view.found.length > 0 ? [foundName] : [];
  const names = [...clients, ...others, ...faults, ...disks, ...shown.watches, ...found];
  const first = [...new Set([...shown.pinned, ...shown.order])].filter((name) => names.includes(name));
  return [...first, ...names.filter((name) => !first.includes(name))];
}

export function laneNames(view: View): string[] {
  return allLaneNames(view).filter((name) => !view.shown.hidden.includes(name));
}

function kindOf(view: View, name: string): LaneKind {
  const node = view.run.nodeOf(name);
  if (node >= 0) return view.run.isClient(node) ? 'client' : 'node';
  if (view.shown.watches.includes(name)) return 'watch';
  return name === faultsName ? 'faults' : name === disksName ? 'disks' : 'found';
}

export function preferredHeight(view: View): number {
  return laneNames(view).reduce((sum, name) => sum + wish(view, name), axisHeight + 10);
}

function wish(view: View, name: string): number {
  const { run } = view;
  if (view.shown.collapsed.includes(name)) return 20;
  switch (kindOf(view, name)) {
    case 'client':
      return 42;
    case 'node':
      return 70;
    case 'faults':
      return 10 + faultRow * rowsOf(faultsOf(run));
    case 'disks':
      return 10 + saveRow * rowsOf(savesOf(run));
    case 'watch':
      return 18 + watchRow * Math.max(watched(run, name).length, 1);
    case 'found':
      return 24;
  }
}

export function layout(view: View, width: number, height: number): Layout {
  const names = laneNames(view);
  const scale = Math.max((height - axisHeight - 10) / Math.max(preferredHeight(view) - axisHeight - 10, 1), 0.3);
  let top = 6;
  const lanes = names.map((name): Lane => {
    const node = view.run.nodeOf(name);
    const laneHeight = wish(view, name) * scale;
    const lane = { name, kind: kindOf(view, name), node, y: top + laneHeight / 2, top, height: laneHeight };
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
