// The space-time picture: time to the right, a lane for each node, an arrow for each message.
import type { Operation, Run } from './run';
import { countedColumns } from './density';
import { faultsOf, savesOf, watched } from './lanes';
import { faultRow, saveRow, watchRow, type Lane, type Layout } from './layout';
import type { Pen } from './pen';
import type { Theme } from './theme';
import type { View } from './view';
import { duration, faultKind, grouped, phrase } from './words';
import { unfinished } from './fates';

/** Where something is drawn that stands for a step. */
export interface Spot {
  step: number;
  from: [number, number];
  to: [number, number];
}

export interface Picture {
  spots: Spot[];
  /** Names of messages that did not fit. */
  unnamed: number;
  /** So many steps are shown as density only; 0 = each has its own mark. */
  dense: number;
}

const faint = 0.16;
/** So many pixels a step must have for its name, and for a mark of its own. */
const pixelsForNames = 6;
const pixelsForMarks = 1.6;

export function draw(pen: Pen, view: View, at: Layout, theme: Theme): Picture {
  const picture = new Drawing(pen, view, at, theme);
  return picture.draw();
}

class Drawing {
  readonly #run: Run;
  readonly #picture: Picture = { spots: [], unnamed: 0, dense: 0 };
  /** There is no room for names: those of the story are there, and of the step under the cursor. */
  readonly #crowded: boolean;
  readonly #taken: [number, number, number, number][] = [];

  constructor(
    readonly pen: Pen,
    readonly view: View,
    readonly at: Layout,
    readonly theme: Theme,
  ) {
    this.#run = view.run;
    this.#crowded = at.steps.length * pixelsForNames > at.width;
  }

  draw(): Picture {
    const { at } = this;
    const dense = at.steps.length * pixelsForMarks > at.width;
    for (const lane of at.lanes) this.#drawLane(lane);
    this.#drawAxis();
    for (const lane of at.lanes) this.#drawBeside(lane);
    this.#drawOperations();
    this.#drawLines();
    if (dense) {
      this.#picture.dense = at.steps.length;
      this.#drawDensity();
    } else {
      const strong = at.steps.filter((step) => this.view.strong[step]);
      const rest = at.steps.filter((step) => !this.view.strong[step]);
      for (const step of at.steps) this.#reserve(step);
      for (const steps of [rest, strong]) {
        for (const step of steps) this.#drawMessage(step);
        for (const step of steps) this.#drawMark(step);
      }
      for (const step of strong) this.#drawUnfinished(step);
      const { earlier = 0, later = 0 } = this.#run.story?.contradiction ?? {};
      if (earlier > 0 && later > 0) this.#drawContradiction(earlier, later);
      for (const step of strong) {
        if (!this.#crowded || this.#isTold(step)) this.#nameMessage(step);
        else this.#picture.unnamed++;
      }
      for (const step of rest) if (step === this.view.shown.step) this.#nameMessage(step);
      for (const step of at.steps) this.#drawBadge(step);
    }
    return this.#picture;
  }

  #strength(step: number): number {
    if (this.#isTold(step)) return 1;
    return this.view.strong[step] ? (this.#crowded ? 0.3 : 1) : faint;
  }
  #isTold(step: number): boolean {
    return step === this.view.shown.step || this.view.told.has(step);
  }

  // ----- lanes -----

  #drawLane(lane: Lane): void {
    const { pen, at, theme } = this;
    pen.path([[0, lane.top + lane.height], [at.width, lane.top + lane.height]], { stroke: theme.hairline });
    if (lane.kind !== 'node') return;
    for (const period of this.#run.periods[lane.node] ?? []) {
      const [left, right] = this.#span(period.from, period.until);
      if (right < 0 || left > at.width) continue;
      if (!period.up) {
        if (period.until > this.#run.overview.boots + 1) this.#drawDown(lane, left, right);
        continue;
      }
      const look = period.look;
      const band = Math.min(13, lane.height / 5);
      if (look) {
        const colour = look.epoch % theme.epochs.length;
        pen.rect(left, lane.y - band, right - left, 2 * band, { fill: theme.epochs[colour]!, alpha: look.operational ? 1 : 0.45 });
        if (look.leading) {
          pen.rect(left, lane.y + band - 3, right - left, 3, { fill: theme.epochsDeep[colour]! });
        }
      }
      const line = period.paused ? [2, 4] : look?.operational === false ? [6, 4] : [];
      pen.path([[Math.max(left, 0), lane.y], [Math.min(right, at.width), lane.y]], { stroke: theme.muted, width: 1.2, dash: line });
    }
    if (lane.height >= 34) this.#nameEpochs(lane);
  }

  #nameEpochs(lane: Lane): void {
    // What is called the same is one band, however much else changes in it.
    const bands: { words: string; epoch: number; from: number; until: number }[] = [];
    for (const { look, up, from, until } of this.#run.periods[lane.node] ?? []) {
      if (!look || !up) continue;
      const role = look.leading ? ' · leads' : look.recovering ? ' · recovering' : look.operational ? '' : ' · changing';
      const words = `${this.view.epochWord} ${look.epoch}${role}`;
      const last = bands.at(-1);
      if (last?.words === words && last.until === from) last.until = until;
      else bands.push({ words, epoch: look.epoch, from, until });
    }
    const y = lane.y + Math.min(13, lane.height / 5) + 8;
    for (const { words, epoch, from, until } of bands) {
      const [left, right] = this.#span(from, until);
      const start = Math.max(left, 0) + (this.#isGuardBroken(from) ? 12 : 4);
      if (right <= 0 || left >= this.at.width) continue;
      const fits = this.#fit(words, Math.min(right, this.at.width) - start - 2);
      if (!fits) continue;
      this.pen.text(start, y, fits, { fill: this.theme.epochsDeep[epoch % 6]!, size: 10, weight: 600 });
      this.#taken.push([start, y - 6, this.pen.measure(fits, 10, 600), 12]);
    }
  }

  #fit(words: string, width: number): string {
    if (this.pen.measure(words, 10, 600) <= width) return words;
    const short = words.split(' · ')[0]!;
    return this.pen.measure(short, 10, 600) <= width ? short : '';
  }

  #drawDown(lane: Lane, left: number, right: number): void {
    const start = Math.max(left, 0);
    const end = Math.min(right, this.at.width);
    for (let x = start; x < end; x += 7)
      this.pen.path([[x, lane.y + 4], [Math.min(x + 5, end), lane.y - 4]], { stroke: this.theme.muted, alpha: 0.5 });
    if (end - start > 40) this.pen.text(start + 4, lane.y + 14, 'down', { fill: this.theme.muted, size: 10 });
  }

  /** The x of a stretch of steps: it begins with its first one. */
  #span(from: number, until: number): [number, number] {
    const { at } = this;
    const left = from <= this.#run.overview.boots + 1 ? -20 : at.x(Math.min(from, this.#run.size));
    return [left, until > this.#run.size ? at.width + 20 : at.x(until)];
  }

  // ----- what lies behind -----

  #drawAxis(): void {
    const { pen, at, theme, view } = this;
    pen.path([[0, at.axisTop + 0.5], [at.width, at.axisTop + 0.5]], { stroke: theme.hairline });
    let next = -Infinity;
    // Not every step can have a number: of many, some are asked.
    const stride = Math.max(1, Math.floor(at.steps.length / at.width));
    for (let place = 0; place < at.steps.length; place += stride) {
      const step = at.steps[place]!;
      const x = at.x(step);
      if (x < next) continue;
      const words = view.shown.axis === 'time' ? duration(this.#run.time[step]!) : grouped(step);
      const half = pen.measure(words, 10) / 2 + 2;
      if (x < half || x > at.width - half) continue;
      pen.path([[x, at.axisTop], [x, at.axisTop + 4]], { stroke: theme.muted });
      pen.text(x, at.axisTop + 14, words, { fill: theme.muted, size: 10, align: 'center' });
      next = x + Math.max(2 * half + 10, 26);
    }
  }

  /** What is in lanes of no node. */
  #drawBeside(lane: Lane): void {
    if (lane.kind === 'faults') this.#drawFaults(lane);
    if (lane.kind === 'disks') this.#drawSaves(lane);
    if (lane.kind === 'watch') this.#drawWatch(lane);
    if (lane.kind === 'found') this.#drawFound(lane);
  }

  /** Between two steps that are shown: it would be a line. */
  #isLeftOut(from: number, until: number | undefined): boolean {
    return until !== undefined && this.view.place[from] === this.view.place[until];
  }

  #drawSaves(lane: Lane): void {
    const { pen, at, theme } = this;
    for (const { name, from, until, row } of savesOf(this.#run)) {
      const [left, right] = [at.x(from), at.x(until)];
      if (right < 0 || left > at.width || this.#isLeftOut(from, until)) continue;
      const y = Math.min(lane.top + 5 + (row + 0.5) * saveRow, lane.top + lane.height - 4);
      pen.rect(left, y - 3, Math.max(right - left, 2), 6, { fill: theme.muted, alpha: 0.28 * this.#strength(until) + 0.06 }, 2);
      if (right - left > pen.measure(name, 8) + 4) pen.text(Math.max(left, 0) + 2, y, name, { fill: theme.ink, size: 8 });
      pen.rect(right - 1.5, y - 3, 3, 6, { fill: theme.ink, alpha: 0.7 * this.#strength(until) });
    }
  }

  /** A row for each node that has it: the value where it becomes another. */
  #drawWatch(lane: Lane): void {
    const { pen, at, theme } = this;
    pen.text(4, lane.top + 8, lane.name, { fill: theme.muted, size: 9.5, weight: 600 });
    const all = watched(this.#run, lane.name);
    if (all.length === 0) pen.text(4, lane.top + 20, 'nobody has such a member, as far as the run is here', { fill: theme.muted, size: 10 });
    if (lane.height < 18 + watchRow * all.length - 2) return;
    all.forEach(({ node, values }, row) => {
      const y = lane.top + 16 + (row + 0.5) * watchRow;
      const name = this.#run.name(node);
      values.forEach(({ from, words }, place) => {
        const [left, right] = this.#span(from, values[place + 1]?.from ?? this.#run.size + 1);
        if (right < 0 || left > at.width) return;
        const start = Math.max(left, 0);
        const end = Math.min(right, at.width);
        pen.rect(start, y - 6, Math.max(end - start - 1, 1), 12, { fill: theme.epochs[place % theme.epochs.length]! }, 2);
        const label = start === 0 ? `${name}: ${words}` : words;
        const fits = [label, words].find((each) => pen.measure(each, 9.5, 600) < end - start - 6);
        if (fits) pen.text(start + 4, y, fits, { fill: theme.epochsDeep[place % theme.epochsDeep.length]!, size: 9.5, weight: 600 });
      });
    });
  }

  /** What was searched for: a tick for each step, or how many there are where they do not fit. */
  #drawFound(lane: Lane): void {
    const { pen, at, theme, view } = this;
    const columns = new Map<number, number>();
    for (const step of view.found) {
      const x = at.x(step);
      if (x >= 0 && x <= at.width) columns.set(Math.round(x / 3), (columns.get(Math.round(x / 3)) ?? 0) + 1);
    }
    const most = Math.max(...columns.values(), 1);
    for (const [column, count] of columns) {
      const half = 3 + (lane.height / 2 - 6) * (count / most);
      pen.rect(column * 3 - 1, lane.y - half, 2.4, 2 * half, { fill: theme.cursor, alpha: 0.85 });
    }
  }

  #drawFaults(lane: Lane): void {
    const { pen, at, theme } = this;
    for (const { name, from, until, row } of faultsOf(this.#run)) {
      const [left, right] = this.#span(from, until);
      if (right < 0 || left > at.width) continue;
      const y = Math.min(lane.top + 5 + (row + 0.5) * faultRow, lane.top + lane.height - 8);
      const start = Math.max(left, 0);
      const end = Math.min(right, at.width);
      pen.rect(start, y - 7, Math.max(end - start, 3), 14, { fill: theme.warn, alpha: 0.16 }, 3);
      pen.path([[left, y - 7], [left, y + 7]], { stroke: theme.warn, width: 2 });
      const words = [name, faultKind(name)].find((each) => pen.measure(each, 10) < end - start - 10);
      if (words) pen.text(start + 6, y, words, { fill: theme.ink, size: 10 });
      this.#picture.spots.push({ step: from, from: [start, y], to: [start, y] });
    }
  }

  #drawOperations(): void {
    const { pen, at, theme } = this;
    for (const operation of this.#run.overview.operations) {
      const lane = at.laneOf[this.#run.node[operation.invoked]!];
      if (!lane) continue;
      const left = at.x(operation.invoked);
      const right = operation.responded ? at.x(operation.responded) : at.width + 10;
      if (right < 0 || left > at.width || this.#isLeftOut(operation.invoked, operation.responded)) continue;
      const accused = isAccused(this.#run, operation);
      const half = Math.min(11, lane.height / 3);
      pen.rect(left, lane.y - half, Math.max(right - left, 2), 2 * half, {
        fill: accused ? theme.bad : theme.muted,
        alpha: accused ? 0.13 : 0.1,
      }, 4);
      pen.rect(left, lane.y - half, Math.max(right - left, 2), 2 * half, {
        stroke: accused ? theme.bad : theme.muted,
        width: accused ? 1.6 : 1,
        alpha: accused ? 1 : 0.5,
        dash: operation.responded ? [] : [4, 3],
      }, 4);
      if (operation.point) this.#drawPoint(at.x(operation.point), lane.y, half);
      const words = `${operation.id}  ${phrase(operation.operation)} → ${operation.responded ? phrase(operation.result) : '?'}`;
      const start = Math.max(left, 0) + 7;
      const weight = accused ? 600 : 400;
      const fits = [words, operation.id].find((each) => pen.measure(each, 11, weight) < Math.min(right, at.width) - start);
      if (fits) {
        pen.text(start, lane.y, fits, { fill: accused ? theme.bad : theme.ink, size: 11, weight });
        this.#taken.push([start, lane.y - 7, pen.measure(fits, 11, weight), 14]);
      }
      this.#picture.spots.push({ step: operation.responded ?? operation.invoked, from: [left, lane.y + half], to: [right, lane.y + half] });
    }
  }

  /** Where an operation takes effect. */
  #drawPoint(x: number, y: number, half: number): void {
    const { pen, theme } = this;
    pen.path([[x, y - half], [x, y + half]], { stroke: theme.good, width: 1.6 });
    pen.path([[x - 3.5, y - half - 1], [x + 3.5, y - half - 1], [x, y - half + 4]], { fill: theme.good }, true);
  }

  /** What stands for moments of the whole run: violations, the point of no return, the cursor. */
  #drawLines(): void {
    const { pen, at, theme, view } = this;
    const { overview } = this.#run;
    const upright = (step: number, colour: string, width: number, dash: number[], alpha = 1) => {
      const x = at.x(step);
      if (x >= 0 && x <= at.width) pen.path([[x, 4], [x, at.axisTop]], { stroke: colour, width, dash, alpha });
    };
    if (this.#run.noReturn?.step) upright(this.#run.noReturn.step, theme.warn, 1.4, [5, 3]);
    for (const violation of overview.violations) {
      const isTold = violation === this.#run.told;
      if (violation.step > 0) upright(violation.step, theme.bad, isTold ? 1.4 : 1, isTold ? [] : [2, 3], isTold ? 0.75 : 0.45);
    }
    if (view.parting > 0 && view.parting <= this.#run.size) {
      const x = at.x(view.parting) - 6;
      if (x >= 0 && x <= at.width) {
        pen.path([[x, 0], [x, at.axisTop]], { stroke: theme.warn, width: 2 });
        pen.text(x + 5, 8, 'differs from here on', { fill: theme.warn, size: 10, weight: 600, halo: theme.paper });
      }
    }
    if (view.shown.mark > 0) upright(view.shown.mark, theme.cursor, 1.4, [3, 3]);
    const x = at.x(view.shown.step);
    if (x >= 0 && x <= at.width) {
      pen.rect(x - 8, 4, 16, at.axisTop - 4, { fill: theme.cursor, alpha: 0.1 }, 3);
      pen.path([[x - 5, at.axisTop - 1], [x + 5, at.axisTop - 1], [x, at.axisTop - 8]], { fill: theme.cursor }, true);
    }
  }

  #drawContradiction(one: number, other: number): void {
    const [from, to] = [this.#spotOf(one), this.#spotOf(other)];
    if (!from || !to) return;
    // Above the straight line, which other arrows may take.
    const rise = Math.min(34, 14 + Math.abs(to[0] - from[0]) / 12);
    const arc = Array.from({ length: 33 }, (_, place): [number, number] => {
      const share = place / 32;
      return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share - 4 * rise * share * (1 - share)];
    });
    this.pen.path(arc, { stroke: this.theme.bad, width: 2.4, dash: [1.5, 4] });
    const words = 'these two contradict';
    const width = this.pen.measure(words, 10.5, 650);
    const [x, y] = [16, 13, 19, 10, 22].map((place) => arc[place]!).find(([left, top]) => this.#isFree(left - width / 2, top - 14, width, 14)) ?? arc[16]!;
    this.#taken.push([x - width / 2, y - 14, width, 14]);
    this.pen.text(x, y - 7, words, { fill: this.theme.bad, size: 10.5, weight: 650, align: 'center', halo: this.theme.paper });
  }

  #spotOf(step: number): [number, number] | undefined {
    const lane = this.at.laneOf[this.#run.node[step]!];
    return lane && [this.at.x(step), lane.y];
  }

  // ----- steps -----

  #drawDensity(): void {
    const { at, pen, theme } = this;
    const columns = Math.ceil(at.width / 2);
    const nodes = at.laneOf.length;
    const counts = this.view.shown.axis === 'depth' ? countedColumns(this.view, at.steps, columns) : this.view.density.columns(columns);
    const most = Math.log1p(counts.reduce((high, count) => Math.max(high, count), 1));
    at.laneOf.forEach((lane, node) => {
      if (!lane) return;
      const bars: [number, number, number, number][] = [];
      for (let column = 0; column < columns; ++column) {
        const count = counts[column * nodes + node]!;
        const half = 2 + (lane.height / 2 - 8) * (Math.log1p(count) / most);
        if (count > 0) bars.push([column * 2, lane.y - half, 2, 2 * half]);
      }
      pen.rects(bars, { fill: theme.ink, alpha: 0.45 });
    });
  }

  /** The ends of a message's arrow, as far as it has come. */
  #arrow(step: number): [[number, number], [number, number]] | undefined {
    const { at } = this;
    const run = this.#run;
    if (!run.isAboutMessage(step)) return undefined;
    const sender = at.laneOf[run.peer[step]!];
    const receiver = at.laneOf[run.node[step]!];
    const cause = run.cause[step]!;
    if (!sender || !receiver || cause === 0) return undefined;
    const copied = run.kind(cause) === 'duplicate';
    const way = (share: number) => sender.y + (receiver.y - sender.y) * share;
    return [
      [at.x(cause), copied ? way(0.5) : sender.y],
      [at.x(step), run.arrives(step) ? receiver.y : way(0.5)],
    ];
  }

  #drawMessage(step: number): void {
    const arrow = this.#arrow(step);
    if (!arrow) return;
    const { pen, theme, view } = this;
    const [from, to] = arrow;
    const kind = this.#run.kind(step);
    const chosen = step === view.shown.step;
    const lost = kind === 'drop' || kind === 'corrupt';
    const colour = chosen ? theme.cursor : theme.ink;
    const alpha = this.#strength(step);
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    const away: [number, number] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    const tip: [number, number] = lost || kind === 'duplicate' ? to : [to[0] - away[0] * 6, to[1] - away[1] * 6];
    pen.path([from, tip], { stroke: colour, width: chosen ? 2 : 1.15, alpha: alpha * (kind === 'ignore' ? 0.6 : 1), dash: lost ? [4, 3] : [] });
    if (lost) this.#cross(to, 4, colour, alpha);
    else if (kind === 'duplicate') this.#diamond(to, 4, theme.paper, colour, alpha);
    else this.#head(tip, away, colour, alpha);
    this.#picture.spots.push({ step, from, to });
  }

  #head([x, y]: [number, number], [dx, dy]: [number, number], colour: string, alpha: number): void {
    const back = 7;
    const side = 3;
    this.pen.path(
      [[x + dx, y + dy], [x - dx * back + dy * side, y - dy * back - dx * side], [x - dx * back - dy * side, y - dy * back + dx * side]],
      { fill: colour, alpha },
      true,
    );
  }
  #cross([x, y]: [number, number], size: number, colour: string, alpha: number): void {
    this.pen.path([[x - size, y - size], [x + size, y + size]], { stroke: colour, width: 2, alpha });
    this.pen.path([[x - size, y + size], [x + size, y - size]], { stroke: colour, width: 2, alpha });
  }
  #diamond([x, y]: [number, number], size: number, fill: string, stroke: string, alpha: number): void {
    this.pen.path([[x - size, y], [x, y - size], [x + size, y], [x, y + size]], { fill, stroke, width: 1.5, alpha }, true);
  }

  /** Messages that a step sent and nobody received. */
  #drawUnfinished(step: number): void {
    const lane = this.at.laneOf[this.#run.node[step]!];
    if (!lane) return;
    for (const { peer } of unfinished(this.#run, step)) {
      const receiver = this.at.laneOf[peer];
      if (!receiver || receiver === lane) continue;
      const from: [number, number] = [this.at.x(step), lane.y];
      const to: [number, number] = [from[0] + 16, lane.y + Math.sign(receiver.y - lane.y) * Math.min(26, lane.height * 0.42)];
      this.pen.path([from, to], { stroke: this.theme.muted, dash: [2, 3] });
      this.pen.circle(...to, 2.2, { stroke: this.theme.muted, fill: this.theme.paper });
    }
  }

  #drawMark(step: number): void {
    const run = this.#run;
    if (run.isAboutMessage(step) && !run.arrives(step)) return;
    const spot = this.#spotOf(step);
    if (!spot) return;
    const { pen, theme, view } = this;
    const chosen = step === view.shown.step;
    const colour = chosen ? theme.cursor : theme.ink;
    const alpha = this.#strength(step);
    const [x, y] = spot;
    switch (run.kind(step)) {
      case 'fire':
        this.#diamond(spot, 5, theme.paper, colour, alpha);
        break;
      case 'crash':
        this.#cross(spot, 6, theme.bad, alpha);
        break;
      case 'restart':
        pen.path([[x - 4, y - 5], [x + 5, y], [x - 4, y + 5]], { fill: theme.good, alpha }, true);
        if (run.incarnation[step]! > 1) pen.text(x + 8, y - 9, `#${run.incarnation[step]}`, { fill: theme.muted, size: 9, alpha });
        break;
      case 'complete':
        pen.rect(x - 3.5, y - 3.5, 7, 7, { fill: theme.paper, stroke: colour, width: 1.4, alpha }, 1);
        break;
      case 'pause':
      case 'resume':
        pen.path([[x - 2.5, y - 5], [x - 2.5, y + 5]], { stroke: colour, width: 2, alpha });
        pen.path([[x + 2.5, y - 5], [x + 2.5, y + 5]], { stroke: colour, width: 2, alpha });
        break;
      case 'ignore':
        pen.circle(x, y, 3.2, { fill: theme.paper, stroke: colour, width: 1.4, alpha });
        break;
      default:
        pen.circle(x, y, chosen ? 4.6 : this.#crowded && alpha < 1 ? 2.2 : 3.4, { fill: colour, alpha });
    }
    if (run.kind(step) === 'fire' && alpha === 1 && !this.#crowded) this.#nameBeside(step, run.type(step), x, y);
    this.#drawViolations(step, x, y);
    this.#picture.spots.push({ step, from: spot, to: spot });
  }

  #drawViolations(step: number, x: number, y: number): void {
    const violations = this.#run.overview.violations.filter((violation) => violation.step === step);
    if (violations.length === 0) return;
    const { pen, theme } = this;
    pen.circle(x, y, 8.5, { fill: theme.bad });
    this.#cross([x, y], 3.2, theme.paper, 1);
    const isTold = violations.some((violation) => violation === this.#run.told);
    const words = (isTold ? this.#run.told! : violations[0]!).property.replace(/^.*\//, '');
    const weight = isTold ? 700 : 500;
    const width = pen.measure(words, 11, weight);
    const places: [number, number][] = [[x + 13, y - 13], [x - 13 - width, y - 13], [x + 13, y + 14], [x - 13 - width, y + 14], [x - width / 2, y + 32]];
    const place = places.find(([left, middle]) => this.#isFree(left, middle - 7, width, 14));
    if (!place) return;
    this.#taken.push([place[0], place[1] - 7, width, 14]);
    pen.text(...place, words, { fill: theme.bad, size: 11, weight, halo: theme.paper });
  }

  #drawBadge(step: number): void {
    const numbers = this.view.told.get(step);
    const spot = this.#spotOf(step);
    if (!spot) return;
    if (this.#isGuardBroken(step)) this.#drawGuard(...spot);
    if (numbers === undefined) return;
    const [x, y] = [spot[0], spot[1] - 17];
    const width = this.#badgeWidth(numbers);
    this.pen.rect(x - width / 2, y - 7.5, width, 15, { fill: this.theme.ink }, 7.5);
    this.pen.text(x, y + 0.5, numbers, { fill: this.theme.paper, size: 9.5, weight: 700, align: 'center' });
  }
  #badgeWidth(numbers: string): number {
    return Math.max(15, this.pen.measure(numbers, 9.5, 700) + 9);
  }

  #isGuardBroken(step: number): boolean {
    return this.#run.story?.broken_guards.some((guard) => guard.step === step) ?? false;
  }
  /** A ring with a sign of danger below: here the code let something pass. */
  #drawGuard(x: number, y: number): void {
    const { pen, theme } = this;
    pen.circle(x, y, 11.5, { stroke: theme.warn, width: 2.4 });
    pen.path([[x, y + 15], [x + 7, y + 27], [x - 7, y + 27]], { fill: theme.warn }, true);
    pen.text(x, y + 22.5, '!', { fill: theme.paper, size: 9.5, weight: 800, align: 'center' });
  }

  // ----- names -----

  #reserve(step: number): void {
    const spot = this.#spotOf(step);
    if (spot) this.#taken.push([spot[0] - 5, spot[1] - 5, 10, 10]);
    if (spot && this.#isGuardBroken(step)) this.#taken.push([spot[0] - 12, spot[1] - 12, 24, 40]);
    const numbers = this.view.told.get(step);
    if (!spot || numbers === undefined) return;
    const width = this.#badgeWidth(numbers) + 1;
    this.#taken.push([spot[0] - width / 2, spot[1] - 25, width, 16]);
  }

  #isFree(x: number, y: number, width: number, height: number): boolean {
    if (x < 2 || x + width > this.at.width - 2) return false;
    return this.#taken.every(([left, top, wide, high]) => x + width <= left || x >= left + wide || y + height <= top || y >= top + high);
  }

  #nameBeside(step: number, words: string, x: number, y: number): void {
    const width = this.pen.measure(words, 10);
    for (const [left, top] of [[x - width / 2, y + 16], [x + 8, y - 12], [x - width - 8, y - 12], [x - width / 2, y + 28]] as [number, number][]) {
      if (!this.#isFree(left, top - 6, width, 12)) continue;
      this.#taken.push([left, top - 6, width, 12]);
      this.pen.text(left, top, words, { fill: step === this.view.shown.step ? this.theme.cursor : this.theme.muted, size: 10, halo: this.theme.paper });
      return;
    }
    this.#picture.unnamed++;
  }

  #nameMessage(step: number): void {
    const arrow = this.#arrow(step);
    if (!arrow) return;
    const [from, to] = arrow;
    if (to[0] < 0 || from[0] > this.at.width) return;
    const words = this.#run.type(step);
    const size = 11;
    const width = this.pen.measure(words, size);
    for (const share of [0.5, 0.38, 0.62, 0.27, 0.73, 0.18, 0.82]) {
      const x = from[0] + (to[0] - from[0]) * share - width / 2;
      const y = from[1] + (to[1] - from[1]) * share;
      if (!this.#isFree(x - 2, y - 7, width + 4, 14)) continue;
      this.#taken.push([x - 2, y - 7, width + 4, 14]);
      const chosen = step === this.view.shown.step;
      this.pen.text(x, y, words, { fill: chosen ? this.theme.cursor : this.theme.ink, size, weight: chosen ? 700 : 500, halo: this.theme.paper });
      return;
    }
    this.#picture.unnamed++;
  }
}

/** Whether the verdict names the operation. */
export function isAccused(run: Run, operation: Operation): boolean {
  return run.overview.violations.some(({ message }) => new RegExp(`\\b${operation.id.replace('.', '\\.')}\\b`).test(message));
}

/** The step whose mark is nearest, within reach. */
export function stepAt({ spots }: Picture, x: number, y: number): number | undefined {
  let nearest: number | undefined;
  let least = 12;
  for (const { step, from, to } of spots) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const share = Math.min(Math.max(((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    const isPoint = dx === 0 && dy === 0;
    const distance = Math.hypot(from[0] + share * dx - x, from[1] + share * dy - y) + (isPoint ? -3 : 0);
    if (distance < least) {
      least = distance;
      nearest = step;
    }
  }
  return nearest;
}

