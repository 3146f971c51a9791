// What is shown of a run: the one place that knows, whoever changes it. All of it is in the link.
import { both, depths, futureOf, pastOf, witnesses, type Steps } from './causality';
import { Density } from './density';
import { sentence, wordForEpoch } from './words';
import type { Run, Story } from './run';

export const axes = ['index', 'time', 'depth'] as const;
export type Axis = (typeof axes)[number];
/** Which steps are at full strength. */
export const cones = ['core', 'story', 'past', 'future', 'between', 'all'] as const;
export type Cone = (typeof cones)[number];

export interface Shown {
  /** The step under the cursor. */
  step: number;
  /** A second step, to look at what lies between; 0 = none. */
  mark: number;
  axis: Axis;
  cone: Cone;
  /** Steps that are not at full strength are left out. */
  only: boolean;
  /** The part of the axis in the window. */
  from: number;
  to: number;
  hidden: string[];
  /** Names of lanes that were moved, in their order, before the others. */
  order: string[];
  /** Lanes that stand before all others, and lanes that are folded to a line. */
  pinned: string[];
  collapsed: string[];
  /** Values that have a lane: `view_number`, `r1.log.length`. */
  watches: string[];
  query: string;
}

/** The position of the first of these steps, which ascend, from this one on. */
function firstAt(steps: Uint32Array, bound: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function numbersOf({ sentences }: Story): Map<number, string> {
  const numbers = new Map<number, number[]>();
  sentences.forEach(({ step }, at) => numbers.set(step, [...(numbers.get(step) ?? []), at + 1]));
  const isRow = (all: number[]) => all.length > 1 && all.at(-1)! - all[0]! === all.length - 1;
  return new Map([...numbers].map(([step, all]) => [step, isRow(all) ? `${all[0]}–${all.at(-1)}` : all.join()]));
}

export class View {
  /** What the violation comes from; everything if nothing broke. Of a run that is not whole, as far as its columns are here. */
  core: Steps;
  /** The numbers of the sentences of the story that each of its steps has: `3`, `5–7`. */
  told = new Map<number, string>();
  shown: Shown;
  strong: Steps;
  /** The steps that are not left out, ascending. */
  visible: Uint32Array;
  /** Where each step stands on the axis. */
  place: Float64Array;
  /** The steps that the search found. */
  found: number[] = [];
  /** A value, of which it is shown where it came from. */
  traced: { node: number; field: string; step: number } | undefined;
  /** The run that this one is compared with, and the first step that is not the same in both; 0 = none. */
  other: Run | undefined;
  parting = 0;
  readonly #listeners: ((windowOnly: boolean) => void)[] = [];
  #untouched: boolean;
  #density: Density | undefined;
  #epochWord = '';
  #depths: Float64Array | undefined;

  constructor(
    readonly run: Run,
    link: Partial<Shown>,
  ) {
    this.core = this.#findCore();
    this.#untouched = Object.keys(link).length === 0;
    const step = this.start;
    this.shown = { step, mark: 0, axis: 'index', cone: 'core', only: this.#isLong(), from: 0, to: 0, hidden: [], order: [], pinned: [], collapsed: [], watches: [], query: '', ...link };
    this.shown.step = Math.min(Math.max(this.shown.step, 1), run.size);
    this.strong = this.core;
    this.visible = new Uint32Array();
    this.place = new Float64Array();
    this.#arrange();
    if (this.shown.to <= this.shown.from) Object.assign(this.shown, this.coreWindow());
  }

  get start(): number {
    return this.run.start;
  }

  /** Of the steps that are not left out, on an axis on which they stand in their order. */
  get density(): Density {
    return (this.#density ??= new Density(this));
  }

  /** What the protocol calls what rises when leadership changes. */
  get epochWord(): string {
    return (this.#epochWord ||= this.run.known(0) ? wordForEpoch(this.run) : '') || 'epoch';
  }

  /** All columns are there: nobody has looked elsewhere before. */
  complete(): void {
    this.core = this.#findCore();
    this.#arrange();
    Object.assign(this.shown, this.coreWindow());
    this.tell();
  }

  /** The story is there: a long run is then shown by its steps, if nobody has looked elsewhere yet. */
  explain(story: Story): void {
    this.run.story = story;
    this.told = numbersOf(story);
    if (this.#untouched && this.#isLong()) this.set({ cone: 'story', only: true });
    else this.tell();
  }

  /** `windowOnly`: nothing else is shown than before, but elsewhere. */
  listen(listener: (windowOnly: boolean) => void): void {
    this.#listeners.push(listener);
  }
  tell(windowOnly = false): void {
    for (const listener of this.#listeners) listener(windowOnly);
  }
  set(change: Partial<Shown>): void {
    const before = this.shown;
    this.#untouched = false;
    this.shown = { ...before, ...change };
    const { step, mark, axis, cone, only } = this.shown;
    const follows = cone === 'past' || cone === 'future' || cone === 'between';
    if (axis !== before.axis || cone !== before.cone || only !== before.only || (follows && (step !== before.step || mark !== before.mark))) {
      this.#arrange();
      // Where other steps are left out, all stand elsewhere.
      if (axis !== before.axis || only !== before.only || (only && cone !== before.cone)) Object.assign(this.shown, this.coreWindow());
    }
    if (step !== before.step) this.#keepInWindow();
    this.tell(Object.keys(change).every((name) => name === 'from' || name === 'to'));
  }

  /** The window that holds the core, or its end where it is long. */
  coreWindow(): { from: number; to: number } {
    const steps = this.visible.subarray(firstAt(this.visible, this.run.overview.boots + 1));
    if (steps.length === 0) return { from: 0, to: 1 };
    const most = 48;
    const end = steps.length <= most ? steps.length - 1 : Math.min(steps.length - 1, firstAt(steps, this.shown.step) + 4);
    const begin = Math.max(0, end - most + 1);
    return this.#around(this.place[steps[begin]!]!, this.place[steps[end]!]!);
  }
  /** The window with this step a little left of its middle. */
  windowAbout(step: number): { step: number; from: number; to: number } {
    const at = Math.min(step, this.run.size);
    const place = this.place[at]!;
    const whole = this.wholeWindow();
    return { step: at, from: Math.max(place - 14, whole.from), to: Math.min(place + 26, whole.to) };
  }
  wholeWindow(): { from: number; to: number } {
    const places = [...this.#ends()];
    return this.#around(Math.min(...places), Math.max(...places));
  }
  /** Zooms about a place by a factor; above 1 shows more. */
  zoom(factor: number, about: number): void {
    const { from, to } = this.shown;
    const whole = this.wholeWindow();
    const width = Math.min(Math.max((to - from) * factor, 4), whole.to - whole.from);
    const start = about - ((about - from) / (to - from)) * width;
    this.pan(start, width);
  }
  pan(from: number, width = this.shown.to - this.shown.from): void {
    const whole = this.wholeWindow();
    const start = Math.max(Math.min(from, whole.to - width), whole.from);
    this.set({ from: start, to: start + width });
  }

  /** The next step from here that fulfils the condition, forward or back. */
  next(direction: 1 | -1, fits: (step: number) => boolean): number | undefined {
    for (let step = this.shown.step + direction; step >= 1 && step <= this.run.size; step += direction) {
      if (fits(step)) return step;
    }
    return undefined;
  }
  trace(traced: { node: number; field: string } | undefined): void {
    this.traced = traced && { ...traced, step: this.shown.step };
    this.tell();
  }
  find(steps: number[]): void {
    this.found = steps;
    this.tell();
  }
  isVisible(step: number): boolean {
    return !this.shown.only || this.strong[step] === 1;
  }
  go(step: number | undefined): void {
    if (step !== undefined) this.set({ step });
  }
  get sentence(): string {
    return sentence(this.run, this.shown.step);
  }

  *#ends(): Iterable<number> {
    if (this.shown.axis !== 'depth') {
      yield this.place[this.visible[0] ?? 1]!;
      yield this.place[this.visible.at(-1) ?? 1]!;
      return;
    }
    let low = Infinity;
    let high = 0;
    for (const step of this.visible) {
      low = Math.min(low, this.place[step]!);
      high = Math.max(high, this.place[step]!);
    }
    yield low;
    yield high;
  }
  #findCore(): Steps {
    const { run } = this;
    return run.told ? pastOf(run, witnesses(run)) : new Uint8Array(run.size + 1).fill(1);
  }
  #around(low: number, high: number): { from: number; to: number } {
    const margin = this.shown.axis === 'time' ? Math.max((high - low) * 0.03, 1) : 0.9;
    return { from: low - margin, to: high + margin };
  }
  #isLong(): boolean {
    const { steps, boots } = this.run.overview;
    return this.run.told !== undefined && steps - boots > 60;
  }
  #keepInWindow(): void {
    const { from, to, step } = this.shown;
    const place = this.place[step]!;
    const width = to - from;
    if (place >= from && place <= to) return;
    const start = place < from ? place - width * 0.15 : place - width * 0.85;
    Object.assign(this.shown, { from: start, to: start + width });
  }
  #arrange(): void {
    const { cone, step, mark, axis, only } = this.shown;
    const run = this.run;
    this.#density = undefined;
    const all = () => new Uint8Array(run.size + 1).fill(1);
    this.strong =
      cone === 'core' ? this.core
      : cone === 'story' && this.told.size > 0 ? this.#storySteps()
      : cone === 'story' ? this.core
      : cone === 'past' ? pastOf(run, [step])
      : cone === 'future' ? futureOf(run, step)
      : cone === 'between' && mark > 0 ? both(futureOf(run, Math.min(step, mark)), pastOf(run, [Math.max(step, mark)]))
      : all();
    const steps = new Uint32Array(run.size);
    let count = 0;
    for (let at = run.here.first; at <= run.here.last; ++at) {
      if (!only || this.strong[at]) steps[count++] = at;
    }
    this.visible = steps.subarray(0, count);
    this.place = axis === 'time' ? run.time : axis === 'depth' ? (this.#depths ??= depths(run)) : this.#ranks();
  }
  /** The steps of the story, and those that sent what they received. */
  #storySteps(): Steps {
    const steps = new Uint8Array(this.run.size + 1);
    for (const step of this.told.keys()) {
      steps[step] = 1;
      if (this.run.isAboutMessage(step)) steps[this.run.cause[step]!] = 1;
    }
    steps[0] = 0;
    return steps;
  }
  /** Steps that are left out stand between those that are not. */
  #ranks(): Float64Array {
    const { size, here } = this.run;
    const ranks = new Float64Array(size + 1).fill(0.5, 1, here.first);
    let rank = 0;
    for (let at = here.first; at <= here.last; ++at) {
      if (this.visible[rank] === at) ranks[at] = ++rank;
      else ranks[at] = rank + 0.5;
    }
    return ranks.fill(rank + 0.5, here.last + 1);
  }
}
