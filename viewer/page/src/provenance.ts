// Where a value came from: the step that wrote it, the message that carried it there, the sender's value, and so on.
import { el } from './dom';
import { touches } from './edits';
import type { Run } from './run';
import { isMembers } from './values';
import type { View } from './view';
import { changeText, sentence } from './words';

export interface Origin {
  step: number;
  words: string;
}

const originsMost = 12;
const text = (value: unknown) => JSON.stringify(value) ?? '';

function fieldOf(state: unknown, field: string): unknown {
  return isMembers(state) ? state[field] : undefined;
}

/** The last step up to this one at which the node's field became what it is. */
function written(run: Run, node: number, field: string, step: number): number | undefined {
  const value = text(fieldOf(run.state(node, step), field));
  for (let at = step; at > 0; --at) {
    if (run.node[at] !== node) continue;
    if (!run.known(run.partOf(at))) return undefined;
    const edit = run.detail(at)?.edit;
    if (edit && touches(edit, field) && text(fieldOf(run.stateBefore(node, at), field)) !== value) return at;
  }
  return undefined;
}

/** What of the field is new behind the step: of a log its last entry, of members those that changed. */
function news(before: unknown, after: unknown): unknown {
  if (Array.isArray(after)) return after.at(-1);
  if (isMembers(after) && isMembers(before)) {
    const changed = Object.keys(after).find((key) => text(after[key]) !== text(before[key]));
    return changed === undefined ? after : after[changed];
  }
  return after;
}

function contains(value: unknown, sought: string): boolean {
  if (text(value) === sought) return true;
  return value !== null && typeof value === 'object' && Object.values(value).some((each) => contains(each, sought));
}

/** The value, or else the outermost of its members, that the message carries. */
function carried(detail: unknown, value: unknown): string | undefined {
  if (contains(detail, text(value))) return text(value);
  if (!isMembers(value)) return undefined;
  for (const member of Object.values(value).filter(isMembers)) {
    const found = carried(detail, member);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function originsOf(run: Run, node: number, field: string, step: number): Origin[] {
  const origins: Origin[] = [];
  while (origins.length < originsMost) {
    const at = written(run, node, field, step);
    if (at === undefined) {
      origins.push({ step: 0, words: `${run.name(node)} has it from its start, or from a part of the run that is not here yet` });
      return origins;
    }
    const before = fieldOf(run.stateBefore(node, at), field);
    const after = fieldOf(run.state(node, at), field);
    origins.push({ step: at, words: `${run.name(node)}'s ${changeText({ field, before, after })}: ${sentence(run, at)}` });
    const sought = carried(run.detail(at)?.detail, news(before, after));
    const sender = run.peer[at]!;
    const sent = run.cause[at]!;
    if (!run.arrives(at) || sent === 0 || sought === undefined) return origins;
    origins.push({ step: sent, words: `${run.type(at)} from ${run.name(sender)} carries it: ${sentence(run, sent)}` });
    const state = run.state(sender, sent);
    const holder = isMembers(state) ? [field, ...Object.keys(state)].find((each) => each in state && contains(state[each], sought)) : undefined;
    if (holder === undefined) return origins;
    [node, field, step] = [sender, holder, sent];
  }
  return origins;
}

export class Provenance {
  readonly element = el('section', { class: 'story provenance', 'aria-label': 'Where a value came from', hidden: true });

  constructor(readonly view: View) {}

  render(): void {
    const { traced, run, shown } = this.view;
    this.element.hidden = traced === undefined;
    if (!traced) return;
    const { node, field } = traced;
    this.element.replaceChildren(
      el('h2', {}, `Where ${run.name(node)}'s ${field.replaceAll('_', ' ')} came from `, el('button', { class: 'link', click: () => this.view.trace(undefined) }, 'close')),
      el('ol', {}, ...originsOf(run, node, field, traced.step).map(({ step, words }) =>
        el('li', { class: step === shown.step ? 'now' : undefined }, el('button', { click: () => this.view.go(step || undefined) }, el('span', { class: 'badge' }, step || '?'), el('span', {}, words))))));
  }
}
