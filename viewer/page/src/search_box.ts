// Where one writes what to search for, and how much was found.
import { el } from './dom';
import { find } from './search';
import type { View } from './view';
import { grouped, messageOf } from './words';

/** Milliseconds without a letter until it is looked for: an answer of a long run can be large. */
const writingPause = 100;

export class SearchBox {
  readonly element: HTMLElement;
  readonly #input = el('input', { type: 'search', placeholder: 'Search  /', 'aria-label': 'Search steps: words, node:r2, kind:drop, view_number>=2' });
  readonly #count = el('output', { class: 'quiet' });
  #asked = 0;

  constructor(readonly view: View) {
    this.element = el('form', { class: 'search', role: 'search', submit: (event: Event) => event.preventDefault() }, this.#input, this.#count);
    this.#input.value = view.shown.query;
    this.#input.addEventListener('input', () => void this.#searchSoon());
    this.#input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.next(event.shiftKey ? -1 : 1);
      if (event.key === 'Escape') this.#input.blur();
    });
    if (view.shown.query) void this.#search();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  next(direction: 1 | -1): void {
    const found = new Set(this.view.found);
    this.view.go(this.view.next(direction, (step) => found.has(step)));
  }

  /** Whoever still writes is not answered. */
  async #searchSoon(): Promise<void> {
    const asked = ++this.#asked;
    await new Promise((done) => setTimeout(done, writingPause));
    if (asked === this.#asked) await this.#search();
  }
  async #search(): Promise<void> {
    const asked = ++this.#asked;
    const query = this.#input.value;
    const ended = () => asked !== this.#asked;
    const { run } = this.view;
    let found: number[] = [];
    let said = '';
    try {
      if (query.trim()) {
        found = await find(run, query, (part) => this.#say(`${Math.round((100 * part) / run.parts)} %`), ended);
        said = `${grouped(found.length)} found`;
      }
    } catch (error) {
      said = `not searched: ${messageOf(error)}`;
    }
    if (ended()) return;
    this.view.found = found;
    this.#say(said);
    this.view.set({ query });
  }
  #say(words: string): void {
    this.#count.textContent = words;
  }
}
