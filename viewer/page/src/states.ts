// The state of each node behind the step under the cursor, what the step changed first.
import { el } from './dom';
import { laneNames } from './layout';
import { changesOf, brief, type Change } from './words';
import { isEmpty, isMembers, valueElement, type Reach } from './values';
import type { View } from './view';

export class States {
  readonly element = el('section', { class: 'states', 'aria-label': 'State of each node' });
  readonly #open = new Set<string>();

  constructor(readonly view: View) {}

  render(): void {
    const { view } = this;
    const { run } = view;
    const { step } = view.shown;
    const nodes = laneNames(view).map((name) => run.nodeOf(name)).filter((node) => node >= 0);
    const replicas = nodes.filter((node) => !run.isClient(node));
    const clients = nodes.filter((node) => run.isClient(node));
    this.element.replaceChildren(...[...replicas, ...clients].map((node) => this.#card(node, step)));
  }

  #card(node: number, step: number): HTMLElement {
    const { run } = this.view;
    const period = run.period(node, step);
    const look = period?.look;
    const state = run.state(node, step);
    const here = run.node[step] === node;
    const words =
      !period?.up ? 'down'
      : period.paused ? 'paused'
      : look?.leading ? `leads ${this.view.epochWord} ${look.epoch}`
      : look ? `${this.view.epochWord} ${look.epoch}${look.recovering ? ', recovering' : look.operational ? '' : ', changing'}`
      : '';
    const epoch = look ? look.epoch % 6 : -1;
    const heading = el('h3', {}, run.name(node), words ? el('span', { class: `role${epoch >= 0 ? ` epoch-${epoch}` : ''}${look?.leading ? ' leading' : ''}` }, words) : false, here ? el('span', { class: 'here' }, 'this step') : false);
    const body = state === undefined ? el('p', { class: 'quiet' }, period?.up ? 'loading' : 'it has no state') : this.#members(node, step, state, { committed: look?.committed ?? 0 });
    return el('article', { class: `card${here ? ' at' : ''}${period?.up ? '' : ' off'}${run.isClient(node) ? ' client' : ''}` }, heading, body);
  }

  #members(node: number, step: number, state: unknown, reach: Reach): HTMLElement {
    const { run } = this.view;
    if (!isMembers(state)) return el('p', {}, brief(state));
    const changes = run.node[step] === node ? changesOf(run.stateBefore(node, step), state) : [];
    const changed = new Set(changes.map(({ field }) => field));
    const rest = Object.entries(state).filter(([field]) => !changed.has(field));
    const [empty, filled] = [rest.filter(([, value]) => isQuiet(value)), rest.filter(([, value]) => !isQuiet(value))];
    const name = run.name(node);
    const more = el(
      'details',
      { open: this.#open.has(name), toggle: (event: Event) => this.#open[(event.target as HTMLDetailsElement).open ? 'add' : 'delete'](name) },
      el('summary', {}, `${empty.length} empty or zero`),
      el('dl', {}, ...empty.flatMap(([field, value]) => [el('dt', {}, label(field)), el('dd', {}, brief(value))])),
    );
    return el(
      'div',
      {},
      el('dl', { class: 'changed' }, ...changes.flatMap((change) => changedRow(change, reach))),
      el('dl', {}, ...filled.flatMap(([field, value]) => [el('dt', {}, label(field)), el('dd', {}, valueElement(field, value, reach))])),
      empty.length > 0 && more,
    );
  }
}

function label(field: string): string {
  return field.replaceAll('_', ' ');
}

/** Says nothing to somebody who looks for what is there. */
function isQuiet(value: unknown): boolean {
  return value === 0 || value === false || value === '' || isEmpty(value) || (isMembers(value) && Object.values(value).every((each) => isQuiet(each)));
}

function changedRow({ field, before, after }: Change, reach: Reach): HTMLElement[] {
  const isList = Array.isArray(after) || isMembers(after);
  const now = isList && isEmpty(after) ? el('span', { class: 'value gone' }, 'empty') : valueElement(field, after, reach);
  const was = isList && !isEmpty(before) ? el('div', { class: 'was' }, el('span', {}, 'was'), valueElement(field, before, { committed: 0 })) : el('span', { class: 'was' }, isEmpty(before) ? 'none' : brief(before));
  return [el('dt', {}, label(field)), isList ? el('dd', { class: 'both' }, now, was) : el('dd', {}, was, el('span', { class: 'arrow' }, '→'), now)];
}
