// What became of messages that were sent. Known once all parts of a run are here.
import type { Effect, Run } from './run';

export interface Fate {
  /** The steps in which it arrived, was lost, or was copied. */
  steps: number[];
}

class Fates {
  readonly #byName = new Map<string, number[]>();
  #next = 1;

  constructor(readonly run: Run) {}

  /** False while parts are missing. */
  read(): boolean {
    for (; this.#next <= this.run.size; ++this.#next) {
      const part = this.run.known(this.run.partOf(this.#next));
      if (!part) return false;
      if (!this.run.isAboutMessage(this.#next)) continue;
      const { nth } = part.steps[this.#next - part.steps_from] ?? {};
      const name = nameOf(this.run.type(this.#next), this.run.peer[this.#next]!, this.run.node[this.#next]!, nth);
      const steps = this.#byName.get(name);
      if (steps) steps.push(this.#next);
      else this.#byName.set(name, [this.#next]);
    }
    return true;
  }
  of(sender: number, sent: Effect): Fate | undefined {
    if (!this.read()) return undefined;
    return { steps: this.#byName.get(nameOf(sent.type ?? '', sender, this.run.nodeOf(sent.peer ?? ''), sent.nth)) ?? [] };
  }
}

function nameOf(type: string, from: number, to: number, nth: number | undefined): string {
  return `${type} ${from} ${to} ${nth ?? 0}`;
}

const kept = new WeakMap<Run, Fates>();

/** What became of a message that the step sent; undefined while that is not known. */
export function fateOf(run: Run, step: number, sent: Effect): Fate | undefined {
  let fates = kept.get(run);
  if (!fates) kept.set(run, (fates = new Fates(run)));
  return fates.of(run.node[step]!, sent);
}

/** The messages that the step sent and nobody received to the end, as far as that is known. */
export function unfinished(run: Run, step: number): { sent: Effect; peer: number }[] {
  const sends = run.detail(step)?.effects.filter((effect) => effect.kind === 'send') ?? [];
  return sends
    .filter((sent) => fateOf(run, step, sent)?.steps.length === 0)
    .map((sent) => ({ sent, peer: run.nodeOf(sent.peer ?? '') }));
}
