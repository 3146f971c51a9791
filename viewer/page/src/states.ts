// The states of all nodes behind the step under the cursor, side by side: a row for each member, those that the step changed first.
import { el } from './dom';
import { laneNames } from './layout';
import { changesOf, type Change } from './words';
import { changeElement, isMembers, isQuiet, valueElement } from './values';
import type { View } from './view';

interface Column {
  node: number;
  state: Record<string, unknown>;
  changes: Map<string, Change>;
}

export class States {
  readonly element = el('section', { class: 'states', 'aria-label': 'State of each node' });
  #showsQuiet = false;

  constructor(readonly view: View) {}

  render(): void {
    const { view } = this;
    const columns = laneNames(view).map((name) => view.run.nodeOf(name)).filter((node) => node >= 0).map((node) => this.#column(node));
    const byRole = new Map<string, Column[]>();
    for (const column of columns) {
      const { role } = view.run.overview.nodes[column.node]!;
      byRole.set(role, [...(byRole.get(role) ?? []), column]);
    }
    const roles = [...byRole].sort(([one], [other]) => Number(one === 'client') - Number(other === 'client'));
    this.element.replaceChildren(...roles.map(([role, group]) => this.#table(role, group)));
  }

  #column(node: number): Column {
    const { run, shown } = this.view;
    const state = run.state(node, shown.step);
    const changes = run.node[shown.step] === node ? changesOf(run.stateBefore(node, shown.step), state) : [];
    return { node, state: isMembers(state) ? state : {}, changes: new Map(changes.map((change) => [change.field, change])) };
  }

  #table(role: string, columns: Column[]): HTMLElement {
    const fields = [...new Set(columns.flatMap(({ state }) => Object.keys(state)))];
    const isChanged = (field: string) => columns.some(({ changes }) => changes.has(field));
    const isTold = (field: string) => columns.some(({ state }) => !isQuiet(state[field]));
    const rest = fields.filter((field) => !isChanged(field));
    const quiet = rest.filter((field) => !isTold(field));
    const shown = [...fields.filter(isChanged), ...rest.filter(isTold), ...(this.#showsQuiet ? quiet : [])];
    return el(
      'div',
      { class: `sheet${role === 'client' ? ' client' : ''}` },
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, el('th'), ...columns.map(({ node }) => this.#heading(node)))),
        el('tbody', {}, ...shown.map((field) => el('tr', {}, el('th', { scope: 'row' }, field.replaceAll('_', ' ')), ...columns.map((column) => this.#cell(field, column))))),
      ),
      quiet.length > 0 && el('button', { class: 'link', click: () => this.#toggleQuiet() }, this.#showsQuiet ? 'hide what is empty or zero' : `${quiet.length} more, empty or zero everywhere`),
    );
  }

  #toggleQuiet(): void {
    this.#showsQuiet = !this.#showsQuiet;
    this.render();
  }

  #heading(node: number): HTMLElement {
    const { run, shown, epochWord } = this.view;
    const period = run.period(node, shown.step);
    const look = period?.look;
    const words =
      !period?.up ? 'down'
      : period.paused ? 'paused'
      : look?.leading ? `leads ${epochWord} ${look.epoch}`
      : look ? `${epochWord} ${look.epoch}${look.recovering ? ', recovering' : look.operational ? '' : ', changing'}`
      : '';
    const here = run.node[shown.step] === node;
    const role = `role${look ? ` epoch-${look.epoch % 6}` : ''}${look?.leading ? ' leading' : ''}`;
    return el('th', { scope: 'col', class: this.#classOf(node) }, run.name(node), words ? el('span', { class: role }, words) : false, here ? el('span', { class: 'here' }, '● this step') : false);
  }

  #classOf(node: number): string | undefined {
    return this.view.run.node[this.view.shown.step] === node ? 'at' : undefined;
  }

  #cell(field: string, { node, state, changes }: Column): HTMLElement {
    const { run, shown } = this.view;
    if (!(field in state)) return el('td', { class: this.#classOf(node) });
    const reach = { committed: run.period(node, shown.step)?.look?.committed ?? 0 };
    const change = changes.get(field);
    const value = state[field];
    const trace = { click: () => this.view.trace({ node, field }), title: 'Where it came from' };
    if (!change) return el('td', { class: this.#classOf(node), ...trace }, valueElement(field, value, reach));
    return el('td', { class: 'at changed', ...trace }, changeElement(field, change.before, value, reach));
  }
}
