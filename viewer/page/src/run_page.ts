// The page of a run: the verdict first, then the whole run, the picture, the states and the story.
import { addActions } from './actions';
import { Commands } from './commands';
import { Comparison, partingOf } from './compare';
import { closeAlert, notice, untilTriedAgain } from './dialogs';
import { el } from './dom';
import { writeLink } from './link';
import { OverviewStrip } from './overview';
import { PictureElement } from './picture';
import { Provenance } from './provenance';
import type { Run } from './run';
import { SearchBox } from './search_box';
import { States } from './states';
import { StepPanel } from './step';
import { Story } from './story';
import { View, type Shown } from './view';
import { clipped, grouped, messageOf } from './words';

/** So many parts are all read at once, so that searches and the fates of messages wait for nothing. */
const partsAtOnce = 64;

/** Milliseconds without a change until the address says what is shown: browsers let it change so often and no more. */
const linkPause = 120;

export class RunPage {
  readonly commands = new Commands();
  readonly view: View;
  /** What shows the window, and what shows the rest. */
  readonly #window: { render(): void }[];
  readonly #parts: { render(): void }[];
  readonly #spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  readonly #picture: PictureElement;
  #due = false;
  #allDue = false;
  #isLeft = false;
  #linkDue: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly app: HTMLElement,
    readonly run: Run,
    link: Partial<Shown>,
    hasHome: boolean,
  ) {
    this.view = new View(run, link);
    const strip = new OverviewStrip(this.view);
    const picture = (this.#picture = new PictureElement(this.view));
    const states = new States(this.view);
    const story = new Story(this.view);
    const step = new StepPanel(this.view);
    const search = new SearchBox(this.view);
    this.#window = [strip, picture];
    const provenance = new Provenance(this.view);
    this.#parts = [states, story, provenance, step];
    addActions(this.commands, { view: this.view, picture, story, search });
    document.title = `${clipped(run.overview.scenario.name)} · Stampede`;
    app.replaceChildren(
      this.#bar(search, hasHome),
      this.#verdict(),
      strip.element,
      el('main', { class: 'run' }, picture.element, states.element, el('aside', {}, provenance.element, story.element, step.element)),
      this.#spoken,
    );
    this.view.listen((windowOnly) => this.#renderSoon(windowOnly));
    addEventListener('resize', () => this.#renderSoon());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#renderSoon());
    void this.#loadParts();
    this.#renderSoon();
  }

  /** Another address is to be shown: it stays. */
  keepAddress(): void {
    clearTimeout(this.#linkDue);
  }
  /** Something else is shown from now on. */
  leave(): void {
    this.keepAddress();
    this.#isLeft = true;
    this.app.inert = false;
    closeAlert();
  }

  /** Shows another run below this one, unless it is no longer wanted when both are there. */
  async compare(other: Run, isWanted: () => boolean): Promise<void> {
    const parting = await partingOf(this.run, other);
    if (!isWanted()) return;
    const comparison = new Comparison(this.view, other, parting);
    this.#picture.element.after(comparison.element);
    this.#window.push(comparison);
    this.view.other = other;
    this.view.set({ cone: 'all', only: false, axis: 'index' });
    this.view.set(this.view.windowAbout(parting));
    document.body.dataset['compared'] = '';
  }

  #renderSoon(windowOnly = false): void {
    if (this.#isLeft) return;
    void this.#loadHere();
    this.#allDue ||= !windowOnly;
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      if (this.#isLeft) return;
      for (const part of this.#window) part.render();
      if (this.#allDue) this.#renderRest();
      this.#allDue = false;
      if (!this.run.isWhole) return;
      document.body.dataset['link'] = writeLink(this.view);
      clearTimeout(this.#linkDue);
      // Who has gone elsewhere meanwhile stays there, also where this page has not been told yet.
      const address = location.hash;
      this.#linkDue = setTimeout(() => {
        if (location.hash === address) history.replaceState(null, '', writeLink(this.view));
      }, linkPause);
    });
  }
  #renderRest(): void {
    for (const part of this.#parts) part.render();
    this.#spoken.textContent = `step ${this.view.shown.step}: ${this.view.sentence}`;
    document.body.dataset['step'] = String(this.view.shown.step);
  }

  async #loadHere(): Promise<void> {
    const part = this.run.partOf(this.view.shown.step);
    if (this.run.known(part)) return;
    await this.run.load(part);
    this.#renderSoon();
  }
  async #loadParts(): Promise<void> {
    await this.#complete();
    if (this.#isLeft) return;
    await this.run.load(0);
    await this.#loadHere();
    for (let part = 0; this.run.parts <= partsAtOnce && part < this.run.parts; ++part) await this.run.load(part);
    await this.#explain();
    document.body.dataset['ready'] = '';
  }

  /** Brings what the first picture has done without. Until then nothing is asked of the page. */
  async #complete(): Promise<void> {
    if (this.run.isWhole) return;
    this.app.inert = true;
    while (!this.run.isWhole) {
      try {
        await this.#loadHere();
        await this.run.rest();
      } catch (error) {
        if (this.#isLeft) return;
        await untilTriedAgain(`Only the steps about this one are here; the rest could not be read: ${messageOf(error)}`);
      }
    }
    if (this.#isLeft) return;
    this.view.complete();
    this.app.inert = false;
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
      notice(`the story could not be told: ${messageOf(error)}`);
    }
  }

  #bar(search: SearchBox, hasHome: boolean): HTMLElement {
    const { scenario, seed } = this.run.overview;
    const button = (id: string, words: string, label: string) => el('button', { click: () => this.commands.run(id), 'aria-label': label, title: label }, words);
    return el(
      'header',
      { class: 'bar' },
      hasHome ? el('a', { class: 'mark', href: '#', title: 'All runs (H)' }, 'Stampede') : el('span', { class: 'mark' }, 'Stampede'),
      el('span', { class: 'crumb' }, clipped(scenario.name)),
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
    const why = told?.message ?? [...overview.undecided, ...overview.vacuous][0] ?? 'Nothing broke.';
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
        !told && scenario.about && el('span', {}, scenario.about),
        overview.parent !== undefined && el('a', { href: `#run=${overview.parent}` }, `made from run ${overview.parent}`),
        overview.parent !== undefined && el('a', { href: `#run=${overview.id}&with=${overview.parent}` }, 'compare them'),
        ...scenario.defects.map(({ name, about }) => el('span', { class: 'defect', title: name }, el('b', {}, 'defect '), about || name)),
        ...others.map(({ property, step }) => el('button', { class: 'link', click: () => this.view.go(step > 0 ? step : this.run.size) }, `also ✕ ${property} ${step > 0 ? `at ${grouped(step)}` : 'at the end'}`)),
        differs && el('span', { class: 'warning', title: `recorded by ${overview.recorded_by}; told by ${overview.told_by}` }, 'recorded by another build; the digests are the same'),
      ),
    );
  }
}
