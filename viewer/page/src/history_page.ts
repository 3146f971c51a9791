// The page of a judged history: the verdict and why, what cannot all be right in words, and beside it the picture.
import { Commands } from './commands';
import { openKeys, openPalette } from './dialogs';
import { el } from './dom';
import { spanOf, type History, type HistoryStory } from './history';
import { HistoryPicture, type HistoryShown } from './history_picture';
import { isDark, setScheme } from './theme';
import { grouped } from './words';

const listedMost = 100;
const nothingTold: HistoryStory = { name: '', sentences: [], rows: [], arrows: [] };

const signs: [string, string][] = [
  ['▬', 'a bar is an operation, from the event where it begins to the one where it ends'],
  ['▣', 'a thick red edge: it belongs to what cannot all be right; a frame: it is the one that is told of'],
  ['┄', 'a dashed edge: it never ends, or nobody knows how'],
  ['▲', 'a fault, or what else was going on, while the ground is coloured'],
  ['→', 'behind an operation: what it returned; ? is not known'],
];

export class HistoryPage {
  readonly commands = new Commands();
  readonly #picture: HistoryPicture;
  readonly #told = el('section', { class: 'story', 'aria-label': 'What cannot all be right' });
  readonly #row = el('section', { class: 'step', 'aria-label': 'The operation', 'aria-live': 'polite' });
  #shown: HistoryShown;

  constructor(
    readonly app: HTMLElement,
    readonly history: History,
  ) {
    const story = history.stories[0] ?? nothingTold;
    this.#shown = { story, row: story.rows[0] ?? -1, ...this.#around(story) };
    this.#picture = new HistoryPicture(history, () => this.#shown, (change) => this.set(change));
    this.#addCommands();
    document.title = `${history.title} · Stampede`;
    app.replaceChildren(this.#bar(), this.#verdict(), el('main', { class: 'run' }, this.#picture.element, el('aside', {}, this.#told, this.#row)));
    addEventListener('keydown', (event) => this.commands.onKey(event));
    addEventListener('resize', () => this.#render());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#render());
    this.#render();
    document.body.dataset['ready'] = '';
  }

  set(change: Partial<HistoryShown>): void {
    this.#shown = { ...this.#shown, ...change };
    this.#render();
  }
  #go(row: number | undefined): void {
    const { from, to } = this.#shown;
    const { from: begin, to: end } = this.history.rows[row ?? -1] ?? {};
    if (row === undefined || begin === undefined || end === undefined) return;
    this.set({ row });
    if (begin > to || end < from) this.#picture.pan(begin - (to - from) / 3);
  }

  #whole(): { from: number; to: number } {
    return { from: -1, to: Math.max(this.history.events, 3) };
  }
  #around({ rows }: HistoryStory): { from: number; to: number } {
    const told = rows.map((at) => this.history.rows[at]!);
    if (told.length === 0) return { from: -1, to: Math.min(this.#whole().to, 40) };
    const from = Math.min(...told.map((row) => row.from));
    const to = Math.max(...told.map((row) => (row.to === Infinity ? row.from : row.to)));
    const margin = Math.max(1.5, (to - from) * 0.12);
    return { from: Math.max(from - margin, -1), to: Math.min(to + margin, this.#whole().to) };
  }

  #addCommands(): void {
    const { commands, history } = this;
    const among = (direction: 1 | -1) => {
      const rows = this.#shown.story.rows.length > 0 ? this.#shown.story.rows : history.rows.map((_, at) => at);
      this.#go(rows[rows.indexOf(this.#shown.row) + direction]);
    };
    const other = (direction: 1 | -1) => {
      const story = history.stories[history.stories.indexOf(this.#shown.story) + direction];
      if (story) this.#tell(story);
    };
    const pan = (share: number) => this.#picture.pan(this.#shown.from + share * (this.#shown.to - this.#shown.from));
    const zoom = (factor: number) => this.#picture.zoom(factor, (this.#shown.from + this.#shown.to) / 2);
    commands.add('row.next', 'Next operation of those that cannot all be right', 'j ArrowDown', () => among(1));
    commands.add('row.previous', 'Operation before', 'k ArrowUp', () => among(-1));
    commands.add('story.next', 'Next anomaly', 'n', () => other(1));
    commands.add('story.previous', 'Anomaly before', 'N', () => other(-1));
    commands.add('window.in', 'Zoom in', '+ =', () => zoom(0.7));
    commands.add('window.out', 'Zoom out', '-', () => zoom(1 / 0.7));
    commands.add('window.left', 'Move the window left', 'h ArrowLeft', () => pan(-0.25));
    commands.add('window.right', 'Move the window right', 'l ArrowRight', () => pan(0.25));
    commands.add('window.core', 'Window: what cannot all be right', '0', () => this.set(this.#around(this.#shown.story)));
    commands.add('window.whole', 'Window: the whole history', 'w', () => this.set(this.#whole()));
    commands.add('scheme', 'Light or dark', 't', () => {
      setScheme(isDark() ? 'light' : 'dark');
      this.#render();
    });
    commands.add('palette', 'All commands', ':', () => openPalette(commands));
    commands.add('keys', 'Keys and signs', '?', () => openKeys(commands, signs));
    commands.add('print', 'Print', undefined, () => print());
  }
  #tell(story: HistoryStory): void {
    this.set({ story, row: story.rows[0] ?? -1, ...this.#around(story) });
  }

  #render(): void {
    this.#picture.render();
    this.#renderTold();
    this.#renderRow();
    document.body.dataset['row'] = String(this.#shown.row);
  }

  #renderTold(): void {
    const { stories } = this.history;
    const { story } = this.#shown;
    this.#told.hidden = stories.length === 0;
    this.#told.replaceChildren(
      el('h2', {}, stories.length === 1 && story.name ? story.name : 'These cannot all be right'),
      stories.length > 1 ? el('p', { class: 'anomalies' }, ...stories.map((each) => el('button', { class: 'link', 'aria-pressed': each === story ? 'true' : 'false', click: () => this.#tell(each) }, each.name))) : '',
      ...story.sentences.map((sentence) => el('p', { class: 'why' }, sentence)),
      el('ol', {}, ...story.rows.slice(0, listedMost).map((at) => this.#line(at))),
      story.rows.length > listedMost ? el('p', { class: 'why' }, `and ${grouped(story.rows.length - listedMost)} more`) : '',
    );
  }
  #line(at: number): HTMLElement {
    const row = this.history.rows[at]!;
    return el('li', { class: at === this.#shown.row ? 'now' : undefined },
      el('button', { click: () => this.#go(at), 'aria-current': at === this.#shown.row ? 'step' : undefined },
        el('span', { class: 'badge' }, row.lane),
        el('span', {}, row.words, el('small', { class: 'quiet' }, ` ${[spanOf(row), row.times].filter(Boolean).join(' · ')}`))));
  }

  #renderRow(): void {
    const row = this.history.rows[this.#shown.row];
    this.#row.hidden = !row;
    if (!row) return;
    const during = this.history.bands.filter((band) => band.from <= row.to && band.to >= row.from).map(({ words }) => words);
    const facts: [string, string][] = [['events', spanOf(row)], ['time', row.times], ['remarked', row.note], ['during', during.join('; ')]];
    this.#row.replaceChildren(
      el('h2', {}, el('span', { class: 'number' }, row.lane), row.words),
      el('dl', {}, ...facts.filter(([, words]) => words !== '').flatMap(([name, words]) => [el('dt', {}, name), el('dd', {}, words)])),
    );
  }

  #bar(): HTMLElement {
    const button = (id: string, words: string, label: string) => el('button', { click: () => this.commands.run(id), 'aria-label': label, title: label }, words);
    return el('header', { class: 'bar' },
      el('span', { class: 'mark' }, 'Stampede'), el('span', { class: 'crumb' }, this.history.title), el('span', { class: 'space' }),
      button('window.core', 'Core', 'Window: what cannot all be right (0)'), button('window.whole', 'Whole history', 'Window: the whole history (w)'),
      button('palette', 'Commands', 'All commands (:)'), button('scheme', '◐', 'Light or dark (t)'), button('keys', '?', 'Keys and signs (?)'));
  }

  #verdict(): HTMLElement {
    const { verdict, reason, rows, noun, events } = this.history;
    const clients = new Set(rows.map(({ lane }) => lane)).size;
    const named = (at: number) => {
      const row = rows[at];
      return row ? el('button', { class: 'named', click: () => this.#go(at) }, `${row.lane}'s ${row.words}`) : '';
    };
    return el('section', { class: `verdict ${verdict}`, 'aria-label': 'Verdict' },
      el('h1', {}, el('span', { class: 'chip' }, verdict === 'violated' ? `✕ ${verdict}` : verdict), ' ', ...reason.map((piece) => (typeof piece === 'string' ? piece : named(piece)))),
      el('p', { class: 'facts' }, `${grouped(rows.length)} ${noun} of ${grouped(clients)} client${clients === 1 ? '' : 's'} · ${grouped(events)} events`));
  }
}
