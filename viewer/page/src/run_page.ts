// The page of a run: the verdict first, then the whole run, the picture, the states and the story.
import { addActions } from './actions';
import { Commands } from './commands';
import { notice } from './dialogs';
import { el } from './dom';
import { writeLink } from './link';
import { OverviewStrip } from './overview';
import { PictureElement } from './picture';
import type { Run } from './run';
import { SearchBox } from './search_box';
import { States } from './states';
import { StepPanel } from './step';
import { Story } from './story';
import { View, type Shown } from './view';
import { grouped } from './words';

/** So many parts are all read at once, so that searches and the fates of messages wait for nothing. */
const partsAtOnce = 64;

export class RunPage {
  readonly commands = new Commands();
  readonly view: View;
  readonly #parts: { render(): void }[];
  readonly #spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  #due = false;

  constructor(
    readonly app: HTMLElement,
    readonly run: Run,
    link: Partial<Shown>,
    hasHome: boolean,
  ) {
    this.view = new View(run, link);
    const strip = new OverviewStrip(this.view);
    const picture = new PictureElement(this.view);
    const states = new States(this.view);
    const story = new Story(this.view);
    const step = new StepPanel(this.view);
    const search = new SearchBox(this.view);
    this.#parts = [strip, picture, states, story, step];
    addActions(this.commands, { view: this.view, picture, story, search });
    document.title = `${run.overview.scenario.name} · Stampede`;
    app.replaceChildren(
      this.#bar(search, hasHome),
      this.#verdict(),
      strip.element,
      el('main', { class: 'run' }, picture.element, states.element, el('aside', {}, story.element, step.element)),
      this.#spoken,
    );
    this.view.listen(() => this.#renderSoon());
    addEventListener('resize', () => this.#renderSoon());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#renderSoon());
    void this.#loadParts();
    this.#renderSoon();
  }

  #renderSoon(): void {
    void this.#loadHere();
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      for (const part of this.#parts) part.render();
      this.#spoken.textContent = `step ${this.view.shown.step}: ${this.view.sentence}`;
      history.replaceState(null, '', writeLink(this.view));
      document.body.dataset['step'] = String(this.view.shown.step);
    });
  }

  async #loadHere(): Promise<void> {
    const part = this.run.partOf(this.view.shown.step);
    if (this.run.known(part)) return;
    await this.run.load(part);
    this.#renderSoon();
  }
  async #loadParts(): Promise<void> {
    await this.run.load(0);
    await this.#loadHere();
    for (let part = 0; this.run.parts <= partsAtOnce && part < this.run.parts; ++part) await this.run.load(part);
    await this.#explain();
    document.body.dataset['ready'] = '';
  }

  /** What is found out while the page is already there. */
  async #explain(): Promise<void> {
    if (!this.run.told) return;
    try {
      const story = await this.run.source.story();
      if (story) this.view.explain(story);
      this.run.noReturn = (await this.run.source.noReturn()) ?? undefined;
      this.view.tell();
    } catch (error) {
      notice(`the story could not be told: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #bar(search: SearchBox, hasHome: boolean): HTMLElement {
    const { scenario, seed } = this.run.overview;
    const button = (id: string, words: string, label: string) => el('button', { click: () => this.commands.run(id), 'aria-label': label, title: label }, words);
    return el(
      'header',
      { class: 'bar' },
      hasHome ? el('a', { class: 'mark', href: '#', title: 'All runs (H)' }, 'Stampede') : el('span', { class: 'mark' }, 'Stampede'),
      el('span', { class: 'crumb' }, scenario.name),
      el('span', { class: 'quiet' }, `seed ${seed}`),
      el('span', { class: 'space' }),
      search.element,
      button('palette', 'Commands', 'All commands (:)'),
      button('scheme', '◐', 'Light or dark (t)'),
      button('keys', '?', 'Keys and signs (?)'),
    );
  }

  #verdict(): HTMLElement {
    const { overview } = this.run;
    const { scenario } = overview;
    const { told } = this.run;
    const others = overview.violations.filter((violation) => violation !== told);
    const why = told?.message ?? [...overview.undecided, ...overview.vacuous][0] ?? scenario.about;
    const replicas = overview.nodes.filter(({ role }) => role !== 'client').length;
    const facts = [scenario.model, `${replicas} nodes`, `${grouped(this.run.size)} decisions`, `${overview.virtual_time} of virtual time`];
    const differs = overview.recorded_by !== overview.told_by;
    return el(
      'section',
      { class: `verdict ${overview.verdict}`, 'aria-label': 'Verdict' },
      el('h1', {}, el('span', { class: 'chip' }, told ? `✕ ${told.property}` : overview.verdict), ` ${why}`),
      el(
        'p',
        { class: 'facts' },
        el('span', {}, facts.join(' · ')),
        ...scenario.defects.map(({ name, about }) => el('span', { class: 'defect', title: name }, el('b', {}, 'defect '), about || name)),
        ...others.map(({ property, step }) => el('button', { class: 'link', click: () => this.view.go(step > 0 ? step : this.run.size) }, `also ✕ ${property} ${step > 0 ? `at ${grouped(step)}` : 'at the end'}`)),
        differs && el('span', { class: 'warning', title: `recorded by ${overview.recorded_by}; told by ${overview.told_by}` }, 'recorded by another build; the digests are the same'),
      ),
    );
  }
}
