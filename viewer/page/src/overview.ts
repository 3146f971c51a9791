// The whole run in one strip: how much happens when, who leads in which epoch, faults, what went wrong, and where the window is.
import { CanvasPen } from './pen';
import { faultsOf } from './lanes';
import { laneNames, stepsInWindow } from './layout';
import { theme, type Theme } from './theme';
import type { View } from './view';
import { el } from './dom';

const rowHeight = 7;
const densityHeight = 18;
/** Beside the first step and the last, so that nothing about them is cut. */
const edge = 6;

export class OverviewStrip {
  readonly element: HTMLElement;
  readonly #names = el('ol', { class: 'strip-names', 'aria-hidden': 'true' });
  readonly #field: HTMLElement;
  readonly #canvas = el('canvas');
  readonly #window = el('div', { class: 'strip-window' });
  readonly #cursor = el('div', { class: 'strip-cursor' });
  #drawn = '';

  constructor(readonly view: View) {
    this.#field = el('div', { class: 'strip-field', role: 'img', 'aria-label': 'The whole run: activity, epochs and leaders of each node, faults, violations' }, this.#canvas, this.#window, this.#cursor);
    this.element = el('div', { class: 'strip' }, this.#names, this.#field);
    const move = (event: PointerEvent) => {
      const box = this.#field.getBoundingClientRect();
      const step = Math.round(1 + ((event.clientX - box.left - edge) / (box.width - 2 * edge)) * (view.run.size - 1));
      view.set({ step: Math.min(Math.max(step, 1), view.run.size) });
    };
    this.#field.addEventListener('pointerdown', (event) => {
      this.#field.setPointerCapture(event.pointerId);
      move(event);
    });
    this.#field.addEventListener('pointermove', (event) => event.buttons === 1 && move(event));
  }

  render(): void {
    const width = this.#field.clientWidth;
    const nodes = laneNames(this.view).map((name) => this.view.run.nodeOf(name)).filter((node) => node >= 0 && !this.view.run.isClient(node));
    const height = densityHeight + nodes.length * (rowHeight + 2) + 16;
    const colours = theme();
    const key = `${width} ${nodes.join()} ${colours.paper} ${this.view.run.noReturn?.step ?? ''}`;
    if (key !== this.#drawn && width > 0) {
      this.#drawn = key;
      this.#names.replaceChildren(...nodes.map((node) => el('li', {}, this.view.run.name(node))));
      this.#draw(width, height, nodes, colours);
    }
    this.#place(width, height);
  }

  #x(step: number, width: number): number {
    return edge + ((step - 1) / Math.max(this.view.run.size - 1, 1)) * (width - 2 * edge);
  }

  #place(width: number, height: number): void {
    const { shown } = this.view;
    const steps = stepsInWindow(this.view);
    const [first, last] = [steps[0] ?? 1, steps.at(-1) ?? 1];
    const left = this.#x(first, width);
    this.#window.style.cssText = `left:${left}px;width:${Math.max(this.#x(last, width) - left, 3)}px;height:${height}px`;
    this.#cursor.style.cssText = `left:${this.#x(shown.step, width)}px;height:${height}px`;
  }

  #draw(width: number, height: number, nodes: number[], colours: Theme): void {
    const scale = devicePixelRatio;
    Object.assign(this.#canvas, { width: width * scale, height: height * scale });
    this.#canvas.style.cssText = `width:${width}px;height:${height}px`;
    const context = this.#canvas.getContext('2d')!;
    context.scale(scale, scale);
    const pen = new CanvasPen(context);
    const { run } = this.view;
    this.#drawDensity(pen, width, colours);
    nodes.forEach((node, row) => {
      const top = densityHeight + row * (rowHeight + 2) + 2;
      for (const period of run.periods[node] ?? []) {
        const left = this.#x(period.from, width);
        const wide = Math.max(this.#x(period.until, width) - left, 1);
        const look = period.look;
        if (!period.up) pen.path([[left, top + rowHeight / 2], [left + wide, top + rowHeight / 2]], { stroke: colours.muted, dash: [2, 3] });
        else if (look) pen.rect(left, top, wide, rowHeight, { fill: look.leading ? colours.epochsDeep[look.epoch % 6]! : colours.epochs[look.epoch % 6]!, alpha: look.operational ? 1 : 0.5 });
      }
    });
    const bottom = densityHeight + nodes.length * (rowHeight + 2) + 4;
    for (const { from } of faultsOf(run)) {
      const x = this.#x(from, width);
      pen.path([[x - 3, bottom + 5], [x + 3, bottom + 5], [x, bottom]], { fill: colours.warn }, true);
    }
    for (const { step } of run.overview.violations) {
      if (step === 0) continue;
      const x = this.#x(step, width);
      pen.path([[x, 0], [x, bottom]], { stroke: colours.bad, alpha: 0.5 });
      pen.path([[x - 3, bottom], [x + 3, bottom + 6]], { stroke: colours.bad, width: 1.6 });
      pen.path([[x + 3, bottom], [x - 3, bottom + 6]], { stroke: colours.bad, width: 1.6 });
    }
    this.#drawProbability(pen, width, colours);
    if (run.noReturn?.step) {
      const x = this.#x(run.noReturn.step, width);
      pen.path([[x, 0], [x, bottom]], { stroke: colours.warn, dash: [3, 2] });
      pen.path([[x - 4, bottom + 3], [x, bottom - 1], [x + 4, bottom + 3], [x, bottom + 7]], { fill: colours.warn }, true);
    }
  }

  /** How often the run failed when it was gone on with from here: a line from none at the bottom to always at the top. */
  #drawProbability(pen: CanvasPen, width: number, colours: Theme): void {
    const strip = this.view.run.noReturn?.strip.filter(({ samples }) => samples > 0) ?? [];
    const line = strip.map(({ step, samples, failed }): [number, number] => [this.#x(step, width), densityHeight - 1 - (densityHeight - 3) * (failed / samples)]);
    if (line.length > 1) pen.path(line, { stroke: colours.bad, width: 1.6 });
    for (const [x, y] of line) pen.circle(x, y, 2, { fill: colours.bad });
  }

  #drawDensity(pen: CanvasPen, width: number, colours: Theme): void {
    const { run } = this.view;
    const columns = Math.max(Math.floor((width - 2 * edge) / 3), 1);
    const counts = new Float64Array(columns);
    // By time: where much happens at once.
    const { pace } = run.overview;
    const end = pace.at(-1) || 1;
    const timeAt = (share: number) => {
      const place = Math.min(share, 1) * (pace.length - 1);
      const before = pace[Math.floor(place)]!;
      return before + (pace[Math.ceil(place)]! - before) * (place % 1);
    };
    if (run.size < columns * 2) return this.#drawSteps(pen, width, colours);
    for (let column = 0; column < columns; ++column) counts[column] = (timeAt((column + 1) / columns) - timeAt(column / columns)) / end;
    const busiest = Math.max(...Array.from(counts, (share) => (share > 0 ? 1 / share : 0)));
    counts.forEach((share, column) => {
      const tall = share > 0 ? Math.sqrt(1 / share / busiest) * (densityHeight - 3) : densityHeight - 3;
      pen.rect(edge + column * 3, densityHeight - tall, 2, tall, { fill: colours.muted, alpha: 0.5 });
    });
  }

  #drawSteps(pen: CanvasPen, width: number, colours: Theme): void {
    for (let step = 1; step <= this.view.run.size; ++step) {
      const tall = this.view.core[step] ? densityHeight - 5 : 5;
      pen.rect(this.#x(step, width) - 1, densityHeight - tall, 2, tall, { fill: colours.muted, alpha: this.view.core[step] ? 0.7 : 0.35 });
    }
  }
}
