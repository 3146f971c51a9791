// Which steps a step comes from, and what comes of it. Edges lead from a step to its cause and to the step before it at its node.
import type { Run } from './run';

/** A set of steps. */
export type Steps = Uint8Array;

export function pastOf(run: Run, steps: Iterable<number>): Steps {
  const past = new Uint8Array(run.size + 1);
  let last = 0;
  for (const step of steps) {
    past[step] = 1;
    last = Math.max(last, step);
  }
  for (let step = last; step >= run.here.first; --step) {
    if (!past[step]) continue;
    past[run.cause[step]!] = 1;
    past[run.before[step]!] = 1;
  }
  past[0] = 0;
  return past;
}

export function futureOf(run: Run, step: number): Steps {
  const future = new Uint8Array(run.size + 1);
  future[step] = 1;
  for (let at = step + 1; at <= run.size; ++at) future[at] = future[run.cause[at]!]! | future[run.before[at]!]!;
  return future;
}

export function both(one: Steps, other: Steps): Steps {
  return one.map((has, step) => has & other[step]!);
}

/** The longest chain of edges that leads to each step. */
export function depths(run: Run): Float64Array {
  const depth = new Float64Array(run.size + 1);
  for (let step = 1; step <= run.size; ++step) depth[step] = 1 + Math.max(depth[run.cause[step]!]!, depth[run.before[step]!]!);
  return depth;
}

/** The steps that show what is wrong: that of the violation, or what clients saw of it where it was judged at the end. */
export function witnesses({ told, size, overview }: Run): number[] {
  if (!told) return [];
  if (told.step > 0) return [told.step];
  const named = overview.operations.filter((operation) => told.message.includes(`${operation.id} `) && operation.responded);
  return named.length > 0 ? named.map((operation) => operation.responded!) : [size];
}
