// The space-time picture in the page: its canvas, the names of its lanes, and the pointer.
import { el } from './dom';
import { laneNames, layout, preferredHeight, type Lane, type Layout } from './layout';
import { CanvasPen } from './pen';
import { draw, stepAt, type Picture } from './spacetime';
import { theme } from './theme';
import type { View } from './view';
import { moveArrival } from './what_if';
import { brief, grouped, sentence } from './words';

export class PictureElement {
  readonly element: HTMLElement;
  readonly #canvas = el('canvas', { tabindex: 0, role: 'img' });
  readonly #names = el('div', { class: 'lanes' });
  readonly #tip = el('div', { class: 'tip', hidden: true });
  readonly #note = el('p', { class: 'note' });
  readonly #field: HTMLElement;
  #layout: Layout | undefined;
  #named = '';
  /** The step whose message is being dragged elsewhere. */
  #moved: number | undefined;
  #picture: Picture | undefined;
  #dragged: { x: number; from: number; moved: boolean } | undefined;

  constructor(readonly view: View) {
    this.#field = el('div', { class: 'field' }, this.#canvas, this.#tip);
    this.element = el('section', { class: 'picture', 'aria-label': 'Messages between nodes' }, this.#names, this.#field, this.#note);
    this.#canvas.addEventListener('pointerdown', (event) => this.#onDown(event));
    this.#canvas.addEventListener('pointermove', (event) => this.#onMove(event));
    this.#canvas.addEventListener('pointerup', (event) => this.#onUp(event));
    this.#canvas.addEventListener('pointerleave', () => (this.#tip.hidden = true));
    this.#canvas.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
  }

  /** The middle of the window on the axis, to zoom about. */
  get middle(): number {
    const { from, to, step } = this.view.shown;
    const place = this.view.place[step]!;
    return place >= from && place <= to ? place : (from + to) / 2;
  }

  render(): void {
    const width = this.#field.clientWidth;
    const height = Math.min(preferredHeight(this.view), 900);
    if (width <= 0) return;
    const scale = devicePixelRatio;
    Object.assign(this.#canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
    this.#canvas.style.height = `${height}px`;
    const context = this.#canvas.getContext('2d')!;
    context.scale(scale, scale);
    this.#layout = layout(this.view, width, height);
    this.#picture = draw(new CanvasPen(context), this.view, this.#layout, theme());
    this.#canvas.setAttribute('aria-label', `The picture of the run at step ${this.view.shown.step}: ${this.view.sentence}`);
    this.#renderNames(this.#layout.lanes);
    this.#renderNote();
  }

  #renderNames(lanes: Lane[]): void {
    const key = [...lanes.map(({ name, y }) => `${name} ${y}`), ...this.view.shown.pinned, '|', ...this.view.shown.collapsed].join();
    if (key === this.#named) return;
    this.#named = key;
    const focused = (document.activeElement as HTMLElement | null)?.dataset['lane'];
    this.#names.replaceChildren(
      ...lanes.map((lane) => {
        const { pinned, collapsed } = this.view.shown;
        const state = [...(pinned.includes(lane.name) ? ['pinned'] : []), ...(collapsed.includes(lane.name) ? ['folded'] : [])].join(', ');
        const title = `${lane.name}${state ? ` (${state})` : ''}: Delete hides the lane, z folds it, p pins it, Alt with an arrow moves it`;
        const name = el('button', { 'data-lane': lane.name, class: state.replace(',', ''), title, click: () => this.#hide(lane.name), keydown: (event: KeyboardEvent) => this.#onLaneKey(event, lane.name) }, el('b', {}, lane.name), el('span', { class: 'quiet', 'aria-hidden': 'true' }, '×'));
        name.style.top = `${lane.y}px`;
        return name;
      }),
    );
    if (focused) (this.#names.querySelector(`[data-lane="${CSS.escape(focused)}"]`) as HTMLElement | null)?.focus();
  }

  #renderNote(): void {
    const { view } = this;
    const { run, shown } = view;
    const hidden = shown.hidden.length > 0 ? [`hidden: ${shown.hidden.join(', ')}`] : [];
    const left = run.size - view.visible.length;
    const words = [
      `${grouped(this.#layout!.steps.length)} of ${grouped(run.size)} steps here`,
      ...(left > 0 ? [`${grouped(left)} outside the ${shown.cone === 'core' ? 'core' : 'cone'} left out`] : []),
      ...(this.#picture!.dense > 0 ? ['shown as density; zoom in for single steps'] : []),
      ...(this.#picture!.unnamed > 0 ? [`${this.#picture!.unnamed} names do not fit`] : []),
      ...hidden,
    ];
    this.#note.textContent = words.join(' · ');
  }

  #hide(name: string): void {
    const { hidden, watches } = this.view.shown;
    if (watches.includes(name)) this.view.set({ watches: without(watches, name) });
    else if (laneNames(this.view).length > 1) this.view.set({ hidden: [...hidden, name] });
  }
  /** Puts the lane on the list, or takes it off. */
  #toggle(list: 'pinned' | 'collapsed', name: string): void {
    const names = this.view.shown[list];
    this.view.set({ [list]: names.includes(name) ? without(names, name) : [...names, name] });
  }
  #onLaneKey(event: KeyboardEvent, name: string): void {
    if (event.key === 'Delete' || event.key === 'Backspace') this.#hide(name);
    else if (event.key === 'z') this.#toggle('collapsed', name);
    else if (event.key === 'p') this.#toggle('pinned', name);
    else if (event.altKey && event.key === 'ArrowUp') moveLane(this.view, name, -1);
    else if (event.altKey && event.key === 'ArrowDown') moveLane(this.view, name, 1);
    else return;
    event.preventDefault();
  }

  #at(event: PointerEvent): number | undefined {
    return this.#picture && stepAt(this.#picture, event.offsetX, event.offsetY);
  }
  #onDown(event: PointerEvent): void {
    this.#canvas.setPointerCapture(event.pointerId);
    const { run } = this.view;
    const step = event.shiftKey && run.source.makes ? this.#at(event) : undefined;
    this.#moved = step !== undefined && run.arrives(step) ? step : undefined;
    if (this.#moved !== undefined) return;
    this.#dragged = { x: event.offsetX, from: this.view.shown.from, moved: false };
  }
  /** The last step before the pointer. */
  #behind(event: PointerEvent): number {
    const { visible, place } = this.view;
    const bound = this.#layout!.placeAt(event.offsetX);
    return visible.findLast((step) => place[step]! <= bound) ?? 0;
  }
  #onMove(event: PointerEvent): void {
    if (this.#moved !== undefined) return this.#tell(event, `${sentence(this.view.run, this.#moved)}: behind step ${grouped(this.#behind(event))}`);
    const dragged = this.#dragged;
    if (dragged && this.#layout) {
      const away = event.offsetX - dragged.x;
      if (Math.abs(away) > 3) dragged.moved = true;
      const { from, to } = this.view.shown;
      if (dragged.moved) this.view.pan(dragged.from - (away / this.#layout.width) * (to - from));
      return;
    }
    const step = this.#at(event);
    this.#canvas.style.cursor = step === undefined ? 'grab' : 'pointer';
    this.#tip.hidden = step === undefined;
    if (step === undefined) return;
    const { run } = this.view;
    const detail = run.detail(step)?.detail;
    this.#tell(event, `${grouped(step)}  ${sentence(run, step)}`, detail === undefined ? undefined : brief(detail));
  }
  #tell(event: PointerEvent, words: string, more?: string): void {
    this.#tip.hidden = false;
    this.#tip.replaceChildren(el('b', {}, words), more === undefined ? '' : el('span', {}, more));
    this.#tip.style.left = `${Math.min(event.offsetX + 14, this.#field.clientWidth - 330)}px`;
    this.#tip.style.top = `${event.offsetY + 16}px`;
  }
  #onUp(event: PointerEvent): void {
    const moved = this.#moved;
    this.#moved = undefined;
    if (moved !== undefined) return moveArrival(this.view, moved, this.#behind(event));
    const dragged = this.#dragged;
    this.#dragged = undefined;
    if (!dragged?.moved) this.view.go(this.#at(event));
  }
  #onWheel(event: WheelEvent): void {
    if (!this.#layout) return;
    const { from, to } = this.view.shown;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.view.zoom(Math.exp(event.deltaY / 300), this.#layout.placeAt(event.offsetX));
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.view.pan(from + (event.deltaX / this.#layout.width) * (to - from));
    }
  }
}

function without(names: string[], name: string): string[] {
  return names.filter((each) => each !== name);
}

/** Moves a lane up or down among those that are shown. */
export function moveLane(view: View, name: string, by: number): void {
  const names = laneNames(view);
  const place = names.indexOf(name);
  const to = place + by;
  if (place < 0 || to < 0 || to >= names.length) return;
  names.splice(to, 0, ...names.splice(place, 1));
  view.set({ order: names });
}
