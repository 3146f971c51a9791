// How many steps each node has in each stretch of the axis: counted once by blocks, so that a picture of all of a long run costs no more
// than one of a part of it.
import type { View } from './view';

const block = 64;

export class Density {
  readonly #nodes: number;
  /** Of each node, how many of the visible steps before each block are its. */
  readonly #before: Uint32Array;
  readonly #blocks: number;

  constructor(readonly view: View) {
    const { visible, run } = view;
    this.#nodes = run.overview.nodes.length;
    this.#blocks = Math.ceil(visible.length / block) + 1;
    this.#before = new Uint32Array(this.#blocks * this.#nodes);
    const counts = new Uint32Array(this.#nodes);
    for (let at = 0; at < visible.length; ++at) {
      if (at % block === 0) this.#before.set(counts, (at / block) * this.#nodes);
      const node = run.node[visible[at]!]!;
      if (node < this.#nodes) counts[node]!++;
    }
    this.#before.set(counts, (this.#blocks - 1) * this.#nodes);
  }

  /** By column of the window, and in it by node. Steps stand in the order of the axis. */
  columns(columns: number): Uint32Array {
    const { shown, place, visible } = this.view;
    const counts = new Uint32Array(columns * this.#nodes);
    const width = (shown.to - shown.from) / columns;
    let first = this.#position(shown.from);
    for (let column = 0; column < columns; ++column) {
      const bound = shown.from + (column + 1) * width;
      // Most columns end near where the one before did.
      let end = first;
      for (let reach = block; end < visible.length && place[visible[Math.min(end + reach, visible.length - 1)]!]! < bound; reach *= 2) end = Math.min(end + reach, visible.length);
      end = this.#position(bound, end);
      this.#add(first, end, counts.subarray(column * this.#nodes, (column + 1) * this.#nodes));
      first = end;
    }
    return counts;
  }

  /** The first position, from `low` on, of a step that stands at this place or behind it. */
  #position(bound: number, low = 0): number {
    const { place, visible } = this.view;
    let high = visible.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place[visible[middle]!]! < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #add(first: number, end: number, counts: Uint32Array): void {
    const { visible, run } = this.view;
    const whole = Math.ceil(first / block);
    const last = Math.floor(end / block);
    const one = (from: number, to: number) => {
      for (let at = from; at < to; ++at) {
        const node = run.node[visible[at]!]!;
        if (node < this.#nodes) counts[node]!++;
      }
    };
    if (whole >= last) return one(first, end);
    one(first, whole * block);
    for (let node = 0; node < this.#nodes; ++node) counts[node]! += this.#before[last * this.#nodes + node]! - this.#before[whole * this.#nodes + node]!;
    one(last * block, end);
  }
}

/** The same by looking at every step of the window, for axes on which steps do not stand in their order. */
export function countedColumns(view: View, steps: Uint32Array, columns: number): Uint32Array {
  const { run, place, shown } = view;
  const nodes = run.overview.nodes.length;
  const counts = new Uint32Array(columns * nodes);
  const scale = columns / (shown.to - shown.from);
  for (const step of steps) {
    const column = Math.floor((place[step]! - shown.from) * scale);
    const node = run.node[step]!;
    if (node < nodes && column >= 0 && column < columns) counts[column * nodes + node]!++;
  }
  return counts;
}
