// The story: each sentence leads to its step. Without one, the steps of the core that changed something.
import { el } from './dom';
import type { Sentence } from './run';
import { changesOf, changeText, sentence } from './words';
import type { View } from './view';

const linesMost = 14;

export class Story {
  readonly element = el('section', { class: 'story', 'aria-label': 'What happened' });

  constructor(readonly view: View) {}

  render(): void {
    const { overview } = this.view.run;
    const told = overview.story;
    const lines = told ?? this.#fromCore();
    const heading = overview.violations.length > 0 ? 'What happened' : 'The last steps';
    this.element.replaceChildren(
      el('h2', {}, heading),
      el('ol', {}, ...lines.map((line, at) => this.#line(line, at, told !== undefined))),
      overview.no_return ? el('p', { class: 'no-return' }, el('b', {}, '◆ no return'), ` ${overview.no_return.text}`) : '',
    );
  }

  #line({ step, text }: Sentence, at: number, told: boolean): HTMLElement {
    const { view } = this;
    const broken = view.run.overview.violations.filter((violation) => violation.step === step);
    return el(
      'li',
      { class: `${step === view.shown.step ? 'now' : ''}${broken.length > 0 ? ' broken' : ''}` },
      el(
        'button',
        { click: () => view.go(step), 'aria-current': step === view.shown.step ? 'step' : undefined },
        el('span', { class: 'badge' }, told ? at + 1 : step),
        el('span', {}, text, ...broken.map(({ property }) => el('em', {}, ` ✕ ${property.replace(/^.*\//, '')}`))),
      ),
    );
  }

  #fromCore(): Sentence[] {
    const { run, core } = this.view;
    const lines: Sentence[] = [];
    const last = run.overview.violations.length > 0 ? this.view.start : run.size;
    for (let step = last; step > run.overview.boots && lines.length < linesMost; --step) {
      if (!core[step]) continue;
      const node = run.node[step]!;
      const changes = changesOf(run.stateBefore(node, step), run.state(node, step)).slice(0, 3).map(changeText);
      lines.unshift({ step, text: [sentence(run, step), ...(changes.length > 0 ? [changes.join(', ')] : [])].join(': ') });
    }
    return lines;
  }
}
