// What steps carry and change, by the names of fields: the page's half of viewer/field_index.hpp. Who serves a run knows it of all steps;
// of a run that is in the page it is gathered from its parts.
import type { Edit } from './edits';
import type { Run, StepDetail } from './run';
import { lowered } from './words';

/** The steps that have a field, in any order and some perhaps twice: each with the number of its value. */
export interface Field {
  steps: ArrayLike<number>;
  valueOf: ArrayLike<number>;
  value(number: number): unknown;
}

/** Where fields are known. */
export interface Fields {
  field(name: string): Promise<Field>;
  /** The steps that have a field in whose name or value the word is. */
  word(word: string): Promise<ArrayLike<number>>;
}

/** What is written with more bytes is found by what is in it. */
const valueLengthMost = 200;

function isTooLong(text: string): boolean {
  return text.length > valueLengthMost || (3 * text.length > valueLengthMost && new TextEncoder().encode(text).length > valueLengthMost);
}

/** What is sent belongs to the step in which it arrives, what a node shows is in its state, and what is violated is known when the run has ended. */
const elsewhere = ['send', 'observe', 'violation'];

class Gathered implements Fields {
  readonly #fields = new Map<string, { steps: number[]; valueOf: number[] }>();
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];
  #parts = 0;

  constructor(readonly run: Run) {
    for (const { property, step } of run.overview.violations) this.#walk(step || run.size, 'violation', property);
  }

  /** Of all parts, which are loaded for it, until nobody waits any more. */
  async complete(progress: (part: number) => void, ended: () => boolean): Promise<void> {
    while (this.#parts < this.run.parts && !ended()) {
      const number = this.#parts;
      progress(number);
      const part = await this.run.load(number);
      // Two may wait for the same part.
      if (number < this.#parts) continue;
      part.steps.forEach((detail, at) => this.#note(part.steps_from + at, detail));
      ++this.#parts;
    }
  }

  async field(name: string): Promise<Field> {
    const { steps, valueOf } = this.#fields.get(name) ?? { steps: [], valueOf: [] };
    return { steps, valueOf, value: (number) => JSON.parse(this.#texts[number]!) as unknown };
  }
  async word(word: string): Promise<number[]> {
    const have = this.#texts.map((text) => lowered(text).includes(word));
    return [...this.#fields].flatMap(([name, { steps, valueOf }]) => (name.includes(word) ? steps : steps.filter((_, at) => have[valueOf[at]!])));
  }

  #note(step: number, { detail, effects, edit }: StepDetail): void {
    this.#walk(step, '', detail);
    for (const effect of effects) {
      if (elsewhere.includes(effect.kind)) continue;
      if (effect.type) this.#walk(step, effect.kind, effect.type);
      this.#walk(step, '', effect.detail);
    }
    if (edit) this.#walkEdit(step, '', edit);
  }
  /** Answers with how the value is written; undefined if that is too long. */
  #walk(step: number, name: string, value: unknown): string | undefined {
    if (value === undefined) return undefined;
    let text: string | undefined;
    if (value === null || typeof value !== 'object') {
      text = JSON.stringify(value);
    } else if (Array.isArray(value)) {
      text = joined('[', value.map((item) => this.#walk(step, name, item)), ']');
    } else {
      const members = Object.entries(value).map(([key, each]) => [key, this.#walk(step, lowered(key), each)] as const);
      text = joined('{', members.map(([key, each]) => each && `${JSON.stringify(key)}:${each}`), '}');
    }
    if (text === undefined || isTooLong(text)) return undefined;
    if (name) this.#post(step, name, text);
    return text;
  }
  #walkEdit(step: number, name: string, edit: Edit): void {
    if ('to' in edit) this.#walk(step, name, edit.to);
    else if ('put' in edit) for (const item of edit.put) this.#walk(step, name, item);
    else for (const [key, inner] of edit.in) this.#walkEdit(step, typeof key === 'string' ? lowered(key) : name, inner);
  }
  #post(step: number, name: string, text: string): void {
    let field = this.#fields.get(name);
    if (!field) this.#fields.set(name, (field = { steps: [], valueOf: [] }));
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.#texts.push(text) - 1));
    field.steps.push(step);
    field.valueOf.push(number);
  }
}

function joined(before: string, texts: (string | undefined)[], after: string): string | undefined {
  return texts.includes(undefined) ? undefined : before + texts.join() + after;
}

const gathered = new WeakMap<Run, Gathered>();

/** Where the run's fields are known; what has to be gathered first is, unless nobody waits for it any more. */
export async function fieldsOf(run: Run, progress: (part: number) => void, ended: () => boolean): Promise<Fields> {
  if (run.source.fields) return run.source.fields;
  let mine = gathered.get(run);
  if (!mine) gathered.set(run, (mine = new Gathered(run)));
  await mine.complete(progress, ended);
  return mine;
}
