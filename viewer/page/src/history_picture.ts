// The picture of a history: a lane for each client, operations as bars from their first to their last event.
import { el } from './dom';
import { spanOf, type History, type HistoryStory, type Row } from './history';
import { CanvasPen } from './pen';
import { theme } from './theme';
import { grouped } from './words';

const laneHeight = 30;
/** Where there is less room, words are not even measured. */
const nameLeast = 8;
/** Where arrows and their names need room. */
const tallLane = 58;
const bandHeight = 20;
const axisHeight = 24;
const lanesMost = 400;
const half = 10;

export interface HistoryShown {
  story: HistoryStory;
  /** The row under the cursor; -1 = none. */
  row: number;
  /** The events in the window. */
  from: number;
  to: number;
}

interface Spot {
  left: number;
  right: number;
  y: number;
  row: number;
}

export class HistoryPicture {
  readonly element: HTMLElement;
  readonly #canvas = el('canvas', { tabindex: 0, role: 'img', 'aria-label': 'The operations of each client' });
  readonly #field = el('div', { class: 'field' }, this.#canvas);
  readonly #names = el('div', { class: 'lanes' });
  readonly #note = el('p', { class: 'note' });
  #spots: Spot[] = [];
  #frame: number | undefined;
  #dragged: { x: number; from: number; moved: boolean } | undefined;

  constructor(
    readonly history: History,
    readonly shown: () => HistoryShown,
    readonly set: (change: Partial<HistoryShown>) => void,
  ) {
    this.element = el('section', { class: 'picture', 'aria-label': 'Operations of clients' }, this.#names, this.#field, this.#note);
    this.#canvas.addEventListener('pointerdown', (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      this.#dragged = { x: event.offsetX, from: this.shown().from, moved: false };
    });
    this.#canvas.addEventListener('pointermove', (event) => this.#onMove(event));
    this.#canvas.addEventListener('pointerup', (event) => {
      const row = this.#at(event);
      if (!this.#dragged?.moved && row !== undefined) this.set({ row });
      this.#dragged = undefined;
    });
    this.#canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const { from, to } = this.shown();
        this.zoom(Math.exp(event.deltaY / 300), from + (event.offsetX / this.#field.clientWidth) * (to - from));
      },
      { passive: false },
    );
  }

  zoom(factor: number, about: number): void {
    const { from, to } = this.shown();
    const width = Math.min(Math.max((to - from) * factor, 3), this.history.events + 1);
    this.pan(about - ((about - from) / (to - from)) * width, width);
  }
  pan(from: number, width = this.shown().to - this.shown().from): void {
    const start = Math.max(Math.min(from, this.history.events - width), -1);
    this.set({ from: start, to: start + width });
  }

  #at(event: PointerEvent): number | undefined {
    const { offsetX: x, offsetY: y } = event;
    return this.#spots.findLast((spot) => x >= spot.left && x <= spot.right && Math.abs(y - spot.y) <= half)?.row;
  }
  #onMove(event: PointerEvent): void {
    const row = this.#at(event);
    this.#canvas.style.cursor = row === undefined ? 'grab' : 'pointer';
    this.#canvas.title = row === undefined ? '' : `${this.history.rows[row]!.lane}  ${this.history.rows[row]!.words}  ${spanOf(this.history.rows[row]!)}`;
    const dragged = this.#dragged;
    if (!dragged) return;
    const away = event.offsetX - dragged.x;
    if (Math.abs(away) > 3) dragged.moved = true;
    const { from, to } = this.shown();
    if (dragged.moved) this.pan(dragged.from - (away / this.#field.clientWidth) * (to - from));
  }

  /** In the next frame, once however often it is asked for until then. */
  render(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }
  #draw(): void {
    const { story, from, to } = this.shown();
    const { rows } = this.history;
    const inWindow = (at: number) => rows[at]!.from <= to && rows[at]!.to >= from;
    const told = new Set(story.rows);
    const here = rows.map((_, at) => at).filter(inWindow);
    const lanes = [...new Set([...story.rows, ...here].map((at) => rows[at]!.lane))];
    const tall = story.arrows.length > 0 ? tallLane : laneHeight;
    const places = new Map(lanes.slice(0, lanesMost).map((lane, at) => [lane, bandHeight + at * tall + tall / 2]));
    const width = this.#field.clientWidth;
    const height = bandHeight + places.size * tall + axisHeight;
    if (width <= 0) return;
    Object.assign(this.#canvas, { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) });
    this.#canvas.style.height = `${height}px`;
    const context = this.#canvas.getContext('2d')!;
    context.scale(devicePixelRatio, devicePixelRatio);
    const unnamed = new Drawing(new CanvasPen(context), this.history, this.shown(), places, width, height).draw([...here.filter((at) => !told.has(at)), ...story.rows.filter(inWindow)], this.#spots = []);
    this.#names.replaceChildren(...[...places].map(([lane, y]) => {
      const name = el('span', { class: 'lane-name', title: lane }, lane);
      name.style.top = `${y}px`;
      return name;
    }));
    const words = [
      `${grouped(here.length)} of ${grouped(rows.length)} ${this.history.noun} here`,
      `events ${grouped(Math.max(0, Math.ceil(from)))} to ${grouped(Math.max(0, Math.min(this.history.events - 1, Math.floor(to))))} of ${grouped(this.history.events)}`,
      ...(lanes.length > lanesMost ? [`${grouped(lanes.length - lanesMost)} clients below are left out`] : []),
      ...(unnamed > 0 ? [`${grouped(unnamed)} names do not fit: zoom in, or click one`] : []),
    ];
    this.#note.textContent = words.join(' · ');
  }
}

class Drawing {
  readonly #theme = theme();
  #unnamed = 0;

  constructor(
    readonly pen: CanvasPen,
    readonly history: History,
    readonly shown: HistoryShown,
    readonly places: Map<string, number>,
    readonly width: number,
    readonly height: number,
  ) {}

  /** How many names did not fit. */
  draw(rows: number[], spots: Spot[]): number {
    const { shown } = this;
    const below = shown.story.arrows.length > 0 ? tallLane / 2 : laneHeight / 2;
    for (const y of this.places.values()) this.pen.path([[0, y + below], [this.width, y + below]], { stroke: this.#theme.hairline });
    this.#drawBands();
    this.#drawAxis();
    const told = new Set(shown.story.rows);
    for (const at of rows) {
      const spot = this.#spotOf(at);
      if (!spot) continue;
      spots.push(spot);
      this.#drawBar(spot, told.has(at), shown.row === at);
    }
    for (const { from, to, label } of shown.story.arrows) this.#drawArrow(from, to, label);
    this.#nameAll(spots, told);
    return this.#unnamed;
  }

  #x(event: number): number {
    const { from, to } = this.shown;
    return ((event - from) / (to - from)) * this.width;
  }
  #spotOf(at: number): Spot | undefined {
    const row = this.history.rows[at]!;
    const y = this.places.get(row.lane);
    if (y === undefined) return undefined;
    const left = Math.max(this.#x(row.from), -8);
    const right = Math.min(this.#x(row.to), this.width + 8);
    return { left, right: Math.max(right, left + 3), y, row: at };
  }

  /** What cannot be right is red with a thick edge; what never ends is dashed; the chosen one has a frame. */
  #drawBar({ left, right, y, row }: Spot, isTold: boolean, isChosen: boolean): void {
    const { pen } = this;
    const colours = this.#theme;
    const colour = isTold ? colours.bad : colours.muted;
    const isOpen = this.history.rows[row]!.to === Infinity;
    pen.rect(left, y - half, right - left, 2 * half, { fill: colours.paper }, 4);
    pen.rect(left, y - half, right - left, 2 * half, { fill: colour, alpha: isTold ? 0.16 : 0.1 }, 4);
    pen.rect(left, y - half, right - left, 2 * half, { stroke: colour, width: isTold ? 2 : 1, dash: isOpen ? [4, 3] : [] }, 4);
    if (isChosen) pen.rect(left - 3, y - half - 3, right - left + 6, 2 * half + 6, { stroke: colours.cursor, width: 2 }, 6);
  }

  /** Lane by lane, from left to right: a name has room up to the next bar. */
  #nameAll(spots: Spot[], told: Set<number>): void {
    const bars = spots.toSorted((one, other) => one.y - other.y || one.left - other.left || one.right - other.right);
    let free = -Infinity;
    let behind = 0;
    bars.forEach((spot, at) => {
      if (bars[at - 1]?.y !== spot.y) free = -Infinity;
      for (let bar = bars[behind]; bar?.y === spot.y && bar.left === spot.left && bar.right === spot.right; ) bar = bars[++behind];
      const next = bars[behind];
      free = Math.max(free, this.#name(spot, told.has(spot.row), free, next?.y === spot.y ? next.left : Infinity));
    });
  }
  /** Within its bar, else behind it where nothing else stands: from `free` to `next`. Where it ends. */
  #name({ left, right, y, row }: Spot, isTold: boolean, free: number, next: number): number {
    const inside = Math.max(left, 0) + 6;
    const roomInside = Math.min(right, this.width) - inside - 4;
    const roomBehind = right < free ? 0 : Math.min(next, this.width) - right - 5;
    if (Math.max(roomInside, roomBehind) >= nameLeast) {
      const { words } = this.history.rows[row]!;
      const colours = this.#theme;
      const lettering = { fill: isTold ? colours.bad : colours.ink, size: 11.5, weight: isTold ? 650 : 400 };
      const wide = this.pen.measure(words, lettering.size, lettering.weight);
      if (wide <= roomInside) {
        this.pen.text(inside, y, words, lettering);
        return inside + wide;
      }
      if (wide < roomBehind) {
        this.pen.text(right + 5, y, words, { ...lettering, halo: colours.paper });
        return right + 5 + wide;
      }
    }
    this.#unnamed++;
    return free;
  }

  /** Between two events: what came before a band had happened. */
  #drawBands(): void {
    const { from, to } = this.shown;
    let free = 0;
    for (const band of this.history.bands) {
      if (band.from > to || band.to < from) continue;
      const left = Math.max(this.#x(band.from - 0.5), 0);
      const right = Math.min(Math.max(this.#x(band.to - 0.5), left + 2), this.width);
      this.pen.rect(left, 0, right - left, this.height - axisHeight, { fill: this.#theme.warn, alpha: 0.13 });
      this.pen.path([[left, 0], [left, this.height - axisHeight]], { stroke: this.#theme.warn, dash: [2, 3] });
      const words = `▲ ${band.words}`;
      const wide = this.pen.measure(words, 11);
      if (left < free || left + wide > this.width) continue;
      this.pen.text(left + 4, bandHeight / 2, words, { fill: this.#theme.warn, size: 11 });
      free = left + wide + 12;
    }
  }

  #drawAxis(): void {
    const { from, to } = this.shown;
    const top = this.height - axisHeight;
    this.pen.path([[0, top], [this.width, top]], { stroke: this.#theme.hairline });
    const step = [1, 2, 5].flatMap((digit) => Array.from({ length: 8 }, (_, zeros) => digit * 10 ** zeros)).sort((one, other) => one - other).find((each) => (each / (to - from)) * this.width >= 70) ?? 1e8;
    for (let event = Math.max(Math.ceil(from / step) * step, 0); event <= Math.min(to, this.history.events - 1); event += step) {
      this.pen.path([[this.#x(event), top], [this.#x(event), top + 4]], { stroke: this.#theme.muted });
      this.pen.text(this.#x(event), top + 14, `${event === 0 ? 'event ' : ''}${grouped(event)}`, { fill: this.#theme.muted, size: 10.5, align: event === 0 ? 'left' : 'center' });
    }
  }

  /** From the edge of one bar to that of another: the way there stands beside the way back, so that both can be read. */
  #drawArrow(from: number, to: number, label: string): void {
    const [one, other] = [this.history.rows[from]!, this.history.rows[to]!];
    const [above, below] = [this.places.get(one.lane), this.places.get(other.lane)];
    if (above === undefined || below === undefined) return;
    const down = Math.sign(below - above);
    const middle = ({ from: begin, to: end }: Row) => (Math.max(this.#x(begin), 0) + Math.min(this.#x(end), this.width)) / 2;
    const beside = 30 * (down || -1);
    const begin: [number, number] = [middle(one) - beside, above + (down || -1) * half];
    const end: [number, number] = [middle(other) - beside, below - (down || 1) * half];
    const [width, height] = [end[0] - begin[0], end[1] - begin[1]];
    const long = Math.hypot(width, height) || 1;
    const bend = Math.min(24, long / 6);
    const corner: [number, number] = [(begin[0] + end[0]) / 2 - (height / long) * bend, (begin[1] + end[1]) / 2 + (width / long) * bend];
    const at = (share: number): [number, number] => [0, 1].map((axis) => (1 - share) ** 2 * begin[axis]! + 2 * share * (1 - share) * corner[axis]! + share ** 2 * end[axis]!) as [number, number];
    const ink = this.#theme.ink;
    this.pen.path(Array.from({ length: 21 }, (_, part) => at(part / 20)), { stroke: ink, width: 1.4 });
    const turn = Math.atan2(end[1] - corner[1], end[0] - corner[0]);
    const barb = (side: number): [number, number] => [end[0] - 9 * Math.cos(turn + side), end[1] - 9 * Math.sin(turn + side)];
    this.pen.path([end, barb(-0.4), barb(0.4)], { fill: ink }, true);
    const [x, y] = at(0.5);
    this.pen.text(x, y, label, { fill: ink, size: 11, weight: 650, align: 'center', halo: this.#theme.paper });
  }
}
