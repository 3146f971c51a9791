// The story: each sentence leads to its step. Without one, the steps of the core that changed something.
import { el } from './dom';
import type { NoReturn, Sentence } from './run';
import { changesOf, changeText, sentence } from './words';
import type { View } from './view';

const linesMost = 14;

export class Story {
  readonly element = el('section', { class: 'story', 'aria-label': 'What happened' });

  constructor(readonly view: View) {}

  get lines(): Sentence[] {
    return this.view.run.story?.sentences ?? this.#fromCore();
  }

  render(): void {
    const { told, noReturn } = this.view.run;
    const heading = told ? 'What happened' : 'The last steps';
    this.element.replaceChildren(
      el('h2', {}, heading),
      el('ol', {}, ...this.lines.map((line, at) => this.#line(line, at))),
      noReturn && noReturn.step > 0 ? this.#noReturn(noReturn) : '',
    );
  }

  #line({ step, text }: Sentence, at: number): HTMLElement {
    const { view } = this;
    const saysGuard = (sentence: Sentence) => sentence.text.startsWith('Correct code ');
    const isSaid = this.lines.some((line) => line.step === step && saysGuard(line));
    const guard = isSaid ? undefined : view.run.story?.broken_guards.find((each) => each.step === step);
    const broken = view.run.overview.violations.filter((violation) => violation.step === step);
    return el(
      'li',
      { class: `${step === view.shown.step ? 'now' : ''}${broken.length > 0 ? ' broken' : ''}` },
      el(
        'button',
        { click: () => view.go(step), 'aria-current': step === view.shown.step ? 'step' : undefined },
        el('span', { class: 'badge' }, view.told.has(step) ? at + 1 : step),
        el('span', {}, saysGuard({ step, text }) ? el('strong', {}, `⚠ ${text}`) : text, ...broken.map(({ property }) => el('em', {}, ` ✕ ${property.replace(/^.*\//, '')}`)), guard ? el('strong', {}, `⚠ Correct code would have ${guard.correct}.`) : false),
      ),
    );
  }

  #noReturn({ step, exact }: NoReturn): HTMLElement {
    return el(
      'p',
      { class: 'no-return' },
      el('b', {}, '◆ no return '),
      exact ? 'Whatever happens behind ' : 'In every continuation that was tried behind ',
      el('button', { class: 'link', click: () => this.view.go(step) }, `step ${step}`),
      ', it comes to this.',
    );
  }

  #fromCore(): Sentence[] {
    const { run, core } = this.view;
    const lines: Sentence[] = [];
    const last = run.told ? this.view.start : run.size;
    for (let step = last; step > run.overview.boots && lines.length < linesMost; --step) {
      if (!core[step]) continue;
      const node = run.node[step]!;
      const changes = changesOf(run.stateBefore(node, step), run.state(node, step)).slice(0, 3).map(changeText);
      lines.unshift({ step, text: [sentence(run, step), ...(changes.length > 0 ? [changes.join(', ')] : [])].join(': ') });
    }
    return lines;
  }
}
