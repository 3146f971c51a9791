// What pictures are drawn with: a canvas, or SVG to keep.

export interface Ink {
  stroke?: string;
  fill?: string;
  width?: number;
  dash?: number[];
  alpha?: number;
}

export interface Lettering {
  fill: string;
  size?: number;
  weight?: number;
  align?: 'left' | 'center' | 'right';
  /** Drawn around the letters, so that they can be read on anything. */
  halo?: string;
  alpha?: number;
}

export interface Pen {
  /** Corners joined by straight lines. */
  path(points: [number, number][], ink: Ink, closed?: boolean): void;
  rect(x: number, y: number, width: number, height: number, ink: Ink, round?: number): void;
  /** Many at once, none over another. */
  rects(all: [number, number, number, number][], ink: Ink): void;
  circle(x: number, y: number, radius: number, ink: Ink): void;
  /** `y` is the middle of the letters. */
  text(x: number, y: number, words: string, lettering: Lettering): void;
  measure(words: string, size: number, weight?: number): number;
}

export const family = 'Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif';

export class CanvasPen implements Pen {
  constructor(readonly context: CanvasRenderingContext2D) {
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
  }

  #use({ stroke, fill, width = 1, dash = [], alpha = 1 }: Ink): void {
    const context = this.context;
    context.globalAlpha = alpha;
    if (fill) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.setLineDash(dash);
      context.stroke();
    }
  }
  path(points: [number, number][], ink: Ink, closed = false): void {
    this.context.beginPath();
    points.forEach(([x, y], at) => (at === 0 ? this.context.moveTo(x, y) : this.context.lineTo(x, y)));
    if (closed) this.context.closePath();
    this.#use(ink);
  }
  rect(x: number, y: number, width: number, height: number, ink: Ink, round = 0): void {
    this.context.beginPath();
    this.context.roundRect(x, y, Math.max(width, 0), height, round);
    this.#use(ink);
  }
  rects(all: [number, number, number, number][], ink: Ink): void {
    this.context.beginPath();
    for (const [x, y, width, height] of all) this.context.rect(x, y, width, height);
    this.#use(ink);
  }
  circle(x: number, y: number, radius: number, ink: Ink): void {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#use(ink);
  }
  text(x: number, y: number, words: string, { fill, size = 11, weight = 400, align = 'left', halo, alpha = 1 }: Lettering): void {
    const context = this.context;
    context.font = `${weight} ${size}px ${family}`;
    context.textAlign = align;
    context.globalAlpha = alpha;
    if (halo) {
      context.strokeStyle = halo;
      context.lineWidth = 3.5;
      context.setLineDash([]);
      context.strokeText(words, x, y);
    }
    context.fillStyle = fill;
    context.fillText(words, x, y);
  }
  measure(words: string, size: number, weight = 400): number {
    this.context.font = `${weight} ${size}px ${family}`;
    return this.context.measureText(words).width;
  }
}

const namespace = 'http://www.w3.org/2000/svg';

export class SvgPen implements Pen {
  readonly svg: SVGSVGElement;
  readonly #ruler = new CanvasPen(document.createElement('canvas').getContext('2d')!);

  constructor(width: number, height: number, background: string) {
    this.svg = document.createElementNS(namespace, 'svg');
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.setAttribute('width', String(width));
    this.svg.setAttribute('height', String(height));
    this.svg.setAttribute('font-family', family);
    this.rect(0, 0, width, height, { fill: background });
  }

  #add(tag: string, attributes: Record<string, string | number>, { stroke, fill, width = 1, dash = [], alpha = 1 }: Ink): void {
    const shape = document.createElementNS(namespace, tag);
    const all = { ...attributes, fill: fill ?? 'none', stroke: stroke ?? 'none', 'stroke-width': width, opacity: alpha };
    for (const [name, value] of Object.entries(all)) shape.setAttribute(name, typeof value === 'number' ? String(Number(value.toFixed(2))) : value);
    if (dash.length > 0) shape.setAttribute('stroke-dasharray', dash.join(' '));
    this.svg.append(shape);
  }
  path(points: [number, number][], ink: Ink, closed = false): void {
    const corners = points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`);
    this.#add('path', { d: `M${corners.join('L')}${closed ? 'Z' : ''}` }, ink);
  }
  rect(x: number, y: number, width: number, height: number, ink: Ink, round = 0): void {
    this.#add('rect', { x, y, width: Math.max(width, 0), height, rx: round }, ink);
  }
  rects(all: [number, number, number, number][], ink: Ink): void {
    this.#add('path', { d: all.map(([x, y, width, height]) => `M${x} ${y.toFixed(2)}h${width}v${height.toFixed(2)}h${-width}z`).join('') }, ink);
  }
  circle(x: number, y: number, radius: number, ink: Ink): void {
    this.#add('circle', { cx: x, cy: y, r: radius }, ink);
  }
  text(x: number, y: number, words: string, { fill, size = 11, weight = 400, align = 'left', halo, alpha = 1 }: Lettering): void {
    const letters = document.createElementNS(namespace, 'text');
    const anchor = { left: 'start', center: 'middle', right: 'end' }[align];
    const all = { x, y, fill, 'font-size': size, 'font-weight': weight, 'text-anchor': anchor, 'dominant-baseline': 'central', opacity: alpha };
    for (const [name, value] of Object.entries(all)) letters.setAttribute(name, String(value));
    if (halo) {
      letters.setAttribute('stroke', halo);
      letters.setAttribute('stroke-width', '3.5');
      letters.setAttribute('paint-order', 'stroke');
    }
    letters.textContent = words;
    this.svg.append(letters);
  }
  measure(words: string, size: number, weight?: number): number {
    return this.#ruler.measure(words, size, weight);
  }
}
