// A run as the page holds it: its decisions as columns, what each did a part at a time, and what follows from both.

import { witnesses } from './causality';
import { edited } from './edits';
import type { Edit } from './edits';
import type { Fields } from './fields';

export interface Violation {
  property: string;
  step: number;
  message: string;
  nodes: string[];
}

export interface Operation {
  id: string;
  operation: unknown;
  invoked: number;
  responded?: number;
  /** The earliest step at which it can have taken effect, in one order that explains all results. */
  point?: number;
  result?: unknown;
}

/** What a node showed of itself. */
export interface Look {
  operational: boolean;
  leading: boolean;
  recovering: boolean;
  epoch: number;
  log: number;
  committed: number;
  executed: number;
  group?: string;
}

export interface Sentence {
  step: number;
  text: string;
}

export interface Overview {
  steps: number;
  boots: number;
  steps_in_part: number;
  id: number;
  /** The run that it is made from. */
  parent?: number;
  seed: string;
  mode: string;
  overrides: string[];
  recorded_by: string;
  told_by: string;
  nodes: { name: string; role: string }[];
  scenario: {
    name: string;
    file: string;
    text: string;
    about: string;
    model: string;
    defects: { name: string; about: string }[];
  };
  verdict: string;
  undecided: string[];
  vacuous: string[];
  virtual_time: string;
  violations: Violation[];
  operations: Operation[];
  kinds: string[];
  types: string[];
  looks: [number, number, Look][];
  /** Step, kind, node and type of what begins or ends something: crashes, pauses, faults. */
  turns: [number, number, number, number][];
  /** The times of steps that are equally far apart, from the first to the last. */
  pace: number[];
  /** The property that the story is about; empty if nothing broke. */
  told: string;
}

/** What led to a violation. */
export interface Story {
  property: string;
  message: string;
  sentences: Sentence[];
  /** Steps at which correct code would have done something else. */
  broken_guards: { step: number; correct: string }[];
  /** Two steps that cannot both be right; 0 = none. */
  contradiction: { earlier: number; later: number; last_common_cause: number; known: boolean };
}

/** Where a violation became certain; step 0 = not known. */
export interface NoReturn {
  step: number;
  exact: boolean;
  /** The run, gone on from behind some of its steps again and again: how often it failed. */
  strip: { step: number; samples: number; failed: number }[];
}

export interface Effect {
  kind: string;
  node?: string;
  peer?: string;
  type?: string;
  nth?: number;
  copy?: number;
  detail?: unknown;
}

export interface StepDetail {
  nth?: number;
  copy?: number;
  detail?: unknown;
  effects: Effect[];
  /** Of the state of its node. */
  edit?: Edit;
}

export interface Part {
  first: number;
  /** Before its first step, each told by what makes it of the one before it. */
  states: [string, Edit][];
  steps_from: number;
  steps: StepDetail[];
}

/** Where a run comes from: who serves the page, or the page itself. */
export interface Source {
  /** It can make other runs of this one. */
  makes: boolean;
  overview(): Promise<Overview>;
  /** Of all steps. */
  columns(): Promise<ArrayBuffer>;
  /** Of these steps and all between them, where that is less work than all. */
  columnsOf?(first: number, last: number): Promise<ArrayBuffer>;
  part(part: number): Promise<Part>;
  /** Of all steps, where they are known without looking into the parts. */
  fields?: Fields;
  /** Null if nothing broke. */
  story(): Promise<Story | null>;
  noReturn(): Promise<NoReturn | null>;
}

/** A stretch of steps, [from, until), in which a node showed the same. */
export interface Period {
  from: number;
  until: number;
  up: boolean;
  paused: boolean;
  look: Look | undefined;
}

export const nobody = 0xffff;

/** A longer run is a picture before all its columns are here. */
const stepsAtOnce = 20_000;
/** Behind the first violation, what else is in the picture. */
const stepsBehind = 1_000;
const stepsInRest = 100_000;

/** Steps, `last` among them. */
export interface Range {
  first: number;
  last: number;
}

const aboutMessages = ['deliver', 'ignore', 'drop', 'duplicate', 'corrupt'];

/** What they make of a node. */
const turns: Record<string, Partial<Period>> = {
  crash: { up: false, paused: false, look: undefined },
  restart: { up: true, paused: false },
  pause: { paused: true },
  resume: { paused: false },
};

function firstStates(part: Part): Map<string, unknown> {
  let state: unknown = null;
  return new Map(part.states.map(([name, edit]) => [name, (state = edited(state, edit))]));
}

export class Run {
  readonly size: number;
  /** The steps of which the columns are here: where the cursor begins, and then all. */
  here: Range;
  // By step, from 1; entry 0 is none.
  readonly time: Float64Array;
  readonly cause: Uint32Array;
  readonly before: Uint32Array;
  readonly incarnation: Uint32Array;
  readonly node: Uint16Array;
  readonly peer: Uint16Array;
  readonly #type: Uint32Array;
  readonly #kind: Uint8Array;
  readonly periods: Period[][];
  /** What is told of, unless nothing broke. */
  readonly told: Violation | undefined;
  /** Both come when they are found out. */
  story: Story | undefined;
  noReturn: NoReturn | undefined;
  readonly #parts = new Map<number, Part>();
  /** By part, of each node. */
  readonly #firstStates = new Map<number, Map<string, unknown>>();
  /** Of each node the state that was asked for last, and the step up to which it holds: what comes next is made of it. */
  readonly #latest = new Map<number, { at: number; state: unknown }>();
  readonly #asked = new Map<number, Promise<Part>>();

  private constructor(
    readonly source: Source,
    readonly overview: Overview,
  ) {
    this.size = overview.steps;
    this.told = overview.violations.find(({ property }) => property === overview.told) ?? overview.violations[0];
    const entries = this.size + 1;
    this.time = new Float64Array(entries);
    this.cause = new Uint32Array(entries);
    this.before = new Uint32Array(entries);
    this.#type = new Uint32Array(entries);
    this.incarnation = new Uint32Array(entries);
    this.node = new Uint16Array(entries);
    this.peer = new Uint16Array(entries);
    this.#kind = new Uint8Array(entries);
    this.here = this.#firstRange();
    this.periods = this.#findPeriods();
  }

  /** All of it, or `isPicture`: what the first picture needs; `rest` then brings the others. */
  static async load(source: Source, isPicture = false): Promise<Run> {
    const run = new Run(source, await source.overview());
    if (isPicture && source.columnsOf && !run.isWhole) {
      run.#fill(run.here, await source.columnsOf(run.here.first, run.here.last));
    } else {
      run.#fill(run.#all, await source.columns());
      run.here = run.#all;
    }
    return run;
  }
  /** Where the cursor begins: at the first violation, else at the end. */
  get start(): number {
    return witnesses(this)[0] ?? this.size;
  }
  get isWhole(): boolean {
    return this.here.first === 1 && this.here.last === this.size;
  }
  /** Loads the columns that are not here yet, some at a time, so that the page stays awake. */
  async rest(): Promise<void> {
    if (this.isWhole) return;
    for (let first = 1; first <= this.size; first += stepsInRest) {
      const last = Math.min(first + stepsInRest - 1, this.size);
      this.#fill({ first, last }, await this.source.columnsOf!(first, last));
    }
    this.here = this.#all;
  }
  get #all(): Range {
    return { first: 1, last: this.size };
  }
  /** About the step that the cursor begins at, by whole parts. */
  #firstRange(): Range {
    const last = Math.min(this.start + stepsBehind, this.size);
    const part = this.partOf(Math.max(last - stepsAtOnce, 1));
    return { first: part * this.overview.steps_in_part + 1, last };
  }
  #fill({ first, last }: Range, columns: ArrayBuffer): void {
    const count = last - first + 1;
    let at = 0;
    for (const column of [this.time, this.cause, this.before, this.#type, this.incarnation, this.node, this.peer, this.#kind]) {
      const bytes = count * column.BYTES_PER_ELEMENT;
      new Uint8Array(column.buffer).set(new Uint8Array(columns, at, bytes), first * column.BYTES_PER_ELEMENT);
      at += bytes;
    }
  }

  kind(step: number): string {
    return this.overview.kinds[this.#kind[step]!]!;
  }
  type(step: number): string {
    return this.overview.types[this.#type[step]!] ?? '';
  }
  isAboutMessage(step: number): boolean {
    return aboutMessages.includes(this.kind(step));
  }
  /** Whether a handler heard of a message. */
  arrives(step: number): boolean {
    return this.kind(step) === 'deliver' || this.kind(step) === 'ignore';
  }
  name(node: number): string {
    return this.overview.nodes[node]?.name ?? '';
  }
  nodeOf(name: string): number {
    return this.overview.nodes.findIndex((node) => node.name === name);
  }
  isClient(node: number): boolean {
    return this.overview.nodes[node]?.role === 'client';
  }

  partOf(step: number): number {
    return Math.floor((step - 1) / this.overview.steps_in_part);
  }
  get parts(): number {
    return Math.ceil(this.size / this.overview.steps_in_part);
  }
  /** How many parts are here. */
  get partsKnown(): number {
    return this.#parts.size;
  }
  /** The part, if it is here already. */
  known(part: number): Part | undefined {
    return this.#parts.get(part);
  }
  load(part: number): Promise<Part> {
    let asked = this.#asked.get(part);
    if (!asked) {
      asked = this.source.part(part).then((loaded) => {
        this.#firstStates.set(part, firstStates(loaded));
        this.#parts.set(part, loaded);
        return loaded;
      });
      this.#asked.set(part, asked);
      // What failed is asked for again.
      asked.catch(() => this.#asked.delete(part));
    }
    return asked;
  }
  /** What the step did, if that is here already. */
  detail(step: number): StepDetail | undefined {
    const part = this.known(this.partOf(step));
    return part?.steps[step - part.steps_from];
  }
  /** The node's state behind the step, if that is here already. */
  state(node: number, step: number): unknown {
    const number = this.partOf(step);
    const part = this.known(number);
    if (!part) return undefined;
    const latest = this.#latest.get(node);
    const isOnTheWay = latest !== undefined && latest.at <= step && this.partOf(latest.at) === number;
    let { at, state } = isOnTheWay ? latest : { at: part.steps_from - 1, state: this.firstState(node, number) };
    while (at < step) {
      ++at;
      const edit = this.node[at] === node ? part.steps[at - part.steps_from]?.edit : undefined;
      if (edit) state = edited(state, edit);
    }
    this.#latest.set(node, { at, state });
    return state;
  }
  /** The same before the step. */
  stateBefore(node: number, step: number): unknown {
    const part = this.known(this.partOf(step));
    return part && step <= part.steps_from ? this.firstState(node, this.partOf(step)) : this.state(node, step - 1);
  }
  /** The same before the steps of the part. */
  firstState(node: number, part: number): unknown {
    return this.#firstStates.get(part)?.get(this.name(node));
  }

  period(node: number, step: number): Period | undefined {
    const periods = this.periods[node] ?? [];
    let low = 0;
    let high = periods.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (periods[middle]!.until <= step) low = middle + 1;
      else high = middle;
    }
    return periods[low];
  }

  #findPeriods(): Period[][] {
    const looks = this.overview.looks.filter(([, , look]) => look.group === undefined);
    const open: Period[] = this.overview.nodes.map(() => ({ from: 1, until: 0, up: false, paused: false, look: undefined }));
    const periods: Period[][] = this.overview.nodes.map(() => []);
    const change = (node: number, step: number, to: Partial<Period>) => {
      const now = open[node]!;
      if (now.from < step) periods[node]!.push({ ...now, until: step });
      open[node] = { ...now, ...to, from: step };
    };
    let look = 0;
    const see = (until: number) => {
      for (; look < looks.length && looks[look]![0] < until; ++look) change(looks[look]![1], Math.max(looks[look]![0], 1), { look: looks[look]![2] });
    };
    for (const [step, kind, node] of this.overview.turns) {
      see(step);
      const turn = turns[this.overview.kinds[kind]!];
      if (turn) change(node, step, turn);
    }
    see(Infinity);
    open.forEach((now, node) => periods[node]!.push({ ...now, until: this.size + 1 }));
    return periods;
  }
}
