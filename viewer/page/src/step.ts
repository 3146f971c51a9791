// The step under the cursor: what it is about, where it comes from, what it did and what became of that.
import { el } from './dom';
import { fateOf } from './fates';
import type { Effect } from './run';
import { valueElement } from './values';
import { brief, changesOf, changeText, duration, grouped, phrase, sentence } from './words';
import type { View } from './view';

export class StepPanel {
  readonly element = el('section', { class: 'step', 'aria-label': 'The step under the cursor' });

  constructor(readonly view: View) {}

  render(): void {
    const { view } = this;
    const { run } = view;
    const { step } = view.shown;
    const detail = run.detail(step);
    const violations = run.overview.violations.filter((violation) => violation.step === step);
    const change = changesOf(run.stateBefore(run.node[step]!, step), run.state(run.node[step]!, step)).map(changeText);
    this.element.replaceChildren(
      el('h2', {}, el('span', { class: 'number' }, `step ${grouped(step)}`), sentence(run, step), el('span', { class: 'time' }, duration(run.time[step]!))),
      ...violations.map(({ property, message }) => el('p', { class: 'violation' }, el('b', {}, `✕ ${property}`), ` ${message}`)),
      el('p', { class: 'links' }, ...this.#origins(step)),
      el('dl', {}, ...this.#body(detail?.detail), ...(change.length > 0 ? [el('dt', {}, 'changes'), el('dd', {}, change.join('; '))] : [])),
      el('ul', { class: 'effects' }, ...(detail?.effects ?? []).filter(isTold).map((effect) => this.#effect(step, effect))),
    );
  }

  #body(detail: unknown): HTMLElement[] {
    if (detail === null || typeof detail !== 'object' || Object.keys(detail).length === 0) return [];
    return Object.entries(detail).flatMap(([field, value]) => [el('dt', {}, field.replaceAll('_', ' ')), el('dd', {}, valueElement(field, value, { committed: 0 }))]);
  }

  #link(step: number, words: string): HTMLElement {
    return el('button', { class: 'link', click: () => this.view.go(step) }, words);
  }

  #origins(step: number): HTMLElement[] {
    const { run } = this.view;
    const cause = run.cause[step]!;
    const before = run.before[step]!;
    const words = run.isAboutMessage(step) ? 'sent' : run.kind(step) === 'fire' ? 'armed' : 'caused';
    return [...(cause > 0 ? [this.#link(cause, `← ${words} at step ${grouped(cause)}`)] : []), ...(before > 0 ? [this.#link(before, `← ${run.name(run.node[step]!)}'s step before: ${grouped(before)}`)] : [])];
  }

  #effect(step: number, effect: Effect): HTMLElement {
    const { run } = this.view;
    switch (effect.kind) {
      case 'send': {
        const fate = fateOf(run, step, effect);
        const became = !fate ? []
          : fate.steps.length === 0 ? [el('em', {}, 'never arrives')]
          : fate.steps.map((at) => this.#link(at, `${run.arrives(at) ? (run.kind(at) === 'ignore' ? 'ignored' : 'arrives') : run.kind(at) === 'drop' ? 'lost' : `${run.kind(at)}d`} at ${grouped(at)}`));
        return el('li', {}, 'sends ', el('b', {}, effect.type ?? ''), ` to ${effect.peer} `, ...became);
      }
      case 'invoke':
        return el('li', {}, 'invokes ', el('b', {}, phrase((effect.detail as { operation: unknown }).operation)));
      case 'respond':
        return el('li', {}, 'is answered ', el('b', {}, phrase((effect.detail as { result: unknown }).result)));
      case 'probe':
        return el('li', { class: 'quiet' }, `reaches ${effect.type}`);
      default:
        return el('li', { class: 'quiet' }, `${effect.kind} ${effect.type ?? ''} ${effect.detail === undefined ? '' : brief(effect.detail)}`);
    }
  }
}

function isTold({ kind }: Effect): boolean {
  return kind !== 'observe' && kind !== 'violation' && kind !== 'state';
}
