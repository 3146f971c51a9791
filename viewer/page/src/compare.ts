// Two runs, one below the other: the same up to a step, which is marked in both. Behind it steps are known by what they are about, not by
// their numbers.
import { el } from './dom';
import { PictureElement } from './picture';
import type { Run } from './run';
import { isMembers, valueElement } from './values';
import { View } from './view';
import { grouped, sentence } from './words';

/** So many parts are looked into for states that differ before any step does. */
const partsInside = 20;

const isSame = (one: Run, other: Run, step: number) =>
  one.kind(step) === other.kind(step) && one.type(step) === other.type(step) && one.name(one.node[step]!) === other.name(other.node[step]!) && one.name(one.peer[step]!) === other.name(other.peer[step]!);

/** The first step that is not the same in both runs; one behind the shorter run if it is the beginning of the other. */
export async function partingOf(one: Run, other: Run): Promise<number> {
  const shorter = Math.min(one.size, other.size);
  let step = 1;
  while (step <= shorter && isSame(one, other, step)) ++step;
  const inside = (run: Run, at: number) => JSON.stringify(run.detail(at) ?? null);
  for (let part = 0; part <= Math.min(one.partOf(step), partsInside) && part < Math.min(one.parts, other.parts); ++part) {
    await Promise.all([one.load(part), other.load(part)]);
    const end = Math.min(step, (part + 1) * one.overview.steps_in_part + 1);
    for (let at = part * one.overview.steps_in_part + 1; at < end; ++at) if (inside(one, at) !== inside(other, at)) return at;
  }
  return step;
}

/** What a step is about, and the how-manieth such it is. */
function identities(run: Run): string[] {
  const counts = new Map<string, number>();
  const all = [''];
  for (let step = 1; step <= run.size; ++step) {
    const kind = run.isAboutMessage(step) ? 'message' : run.kind(step);
    const about = `${kind} ${run.type(step)} ${run.name(run.peer[step]!)} ${run.name(run.node[step]!)}`;
    const count = (counts.get(about) ?? 0) + 1;
    counts.set(about, count);
    all.push(`${about} ${count}`);
  }
  return all;
}

/** Of each step the one of the other run that is about the same, or else that of the last one before it that has such. */
export function partners(one: Run, other: Run, parting: number): Uint32Array {
  const there = new Map(identities(other).map((identity, step) => [identity, step]));
  const partner = new Uint32Array(one.size + 1);
  identities(one).forEach((identity, step) => {
    if (step > 0) partner[step] = step < parting ? step : (there.get(identity) ?? partner[step - 1] ?? 1);
  });
  return partner;
}

export class Comparison {
  readonly element: HTMLElement;
  readonly #theirs: View;
  readonly #picture: PictureElement;
  readonly #to: Uint32Array;
  readonly #back: Uint32Array;
  readonly #differences = el('section', { class: 'sheet', 'aria-label': 'What differs' });
  #follows = false;

  constructor(
    readonly ours: View,
    readonly other: Run,
    readonly parting: number,
  ) {
    this.#to = partners(ours.run, other, parting);
    this.#back = partners(other, ours.run, parting);
    this.#theirs = new View(other, { axis: 'index', cone: 'all', only: false, step: this.#to[ours.shown.step]! });
    this.#theirs.parting = ours.parting = parting;
    this.#picture = new PictureElement(this.#theirs);
    this.element = el('section', { class: 'comparison', 'aria-label': 'Comparison' }, this.#heading(), this.#picture.element, this.#differences);
    this.#theirs.listen(() => {
      const { step, from, to } = this.#theirs.shown;
      if (!this.#follows) ours.set({ step: this.#back[step] || ours.shown.step, from, to });
    });
  }

  render(): void {
    const { from, to, step, axis } = this.ours.shown;
    this.#follows = true;
    this.#theirs.set({ step: this.#to[step]!, axis });
    this.#theirs.set({ from, to });
    this.#follows = false;
    this.#picture.render();
    this.#renderDifferences();
    void this.#loadHere();
  }

  async #loadHere(): Promise<void> {
    const part = this.other.partOf(this.#theirs.shown.step);
    if (this.other.known(part)) return;
    await this.other.load(part);
    this.ours.tell();
  }

  #name(run: Run): string {
    return `run ${run.overview.id}`;
  }
  #verdict(run: Run): string {
    return run.told ? `✕ ${run.told.property}` : run.overview.verdict;
  }
  #heading(): HTMLElement {
    const { ours, other, parting } = this;
    const at = (run: Run) => (parting <= run.size ? sentence(run, parting) : 'it is over');
    const same = parting > Math.max(ours.run.size, other.size);
    return el('p', { class: 'parting' },
      el('b', {}, `Below: ${this.#name(other)} `),
      el('span', {}, `${this.#verdict(other)}; above ${this.#name(ours.run)}: ${this.#verdict(ours.run)}. `),
      ...(same ? ['Both are the same run.'] : [
        `The same up to step ${grouped(parting - 1)}. Then above: `, el('button', { class: 'link', click: () => ours.go(Math.min(parting, ours.run.size)) }, at(ours.run)), `; below: ${at(other)}.`,
      ]));
  }

  #renderDifferences(): void {
    const { run, shown } = this.ours;
    const there = this.#theirs.shown.step;
    const isHere = run.known(run.partOf(shown.step)) && this.other.known(this.other.partOf(there));
    if (!isHere) return this.#differences.replaceChildren(el('p', { class: 'quiet' }, 'What differs is loaded …'));
    const rows = run.overview.nodes.flatMap(({ name }, node) => {
      const [one, two] = [stateOf(run, node, shown.step), stateOf(this.other, this.other.nodeOf(name), there)];
      if (!isMembers(one) || !isMembers(two)) return one === two ? [] : [row(name, isMembers(one) ? 'up' : 'down', isMembers(two) ? 'up' : 'down')];
      const fields = Object.keys({ ...one, ...two }).filter((field) => JSON.stringify(one[field]) !== JSON.stringify(two[field]));
      return fields.map((field) => row(`${name} ${field.replaceAll('_', ' ')}`, valueElement(field, one[field], { committed: 0 }), valueElement(field, two[field], { committed: 0 })));
    });
    this.#differences.replaceChildren(
      rows.length === 0 ? el('p', { class: 'quiet' }, 'All nodes are in the same state in both runs here.')
      : el('table', {}, el('thead', {}, el('tr', {}, el('th', {}, 'differs'), el('th', {}, `${this.#name(run)}, step ${grouped(shown.step)}`), el('th', {}, `${this.#name(this.other)}, step ${grouped(there)}`))), el('tbody', {}, ...rows)));
  }
}

/** Undefined while the node is down: what it held then is no state. */
function stateOf(run: Run, node: number, step: number): unknown {
  return run.period(node, step)?.up ? run.state(node, step) : undefined;
}

function row(name: string, one: Node | string, two: Node | string): HTMLElement {
  return el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, one), el('td', {}, two));
}
