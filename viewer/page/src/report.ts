// What is taken away from the page: the picture, and a report in Markdown.
import { download } from './dom';
import { layout, preferredHeight } from './layout';
import { CanvasPen, SvgPen } from './pen';
import { draw } from './spacetime';
import { theme } from './theme';
import type { View } from './view';
import { grouped, sentence } from './words';

const width = 1400;
const namesWidth = 60;

function fileName({ run }: View, ending: string): string {
  return `${run.overview.scenario.name}-${run.overview.seed}.${ending}`;
}

export function svgOf(view: View): string {
  const height = preferredHeight(view);
  const colours = theme();
  const pen = new SvgPen(width, height, colours.paper);
  const at = layout(view, width - namesWidth, height);
  const moved = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  draw(pen, view, at, colours);
  moved.append(...[...pen.svg.children].slice(1));
  moved.setAttribute('transform', `translate(${namesWidth} 0)`);
  for (const lane of at.lanes) pen.text(12, lane.y, lane.name, { fill: colours.ink, size: 12, weight: 600 });
  pen.svg.append(moved);
  return new XMLSerializer().serializeToString(pen.svg);
}

export function saveSvg(view: View): void {
  download(fileName(view, 'svg'), new Blob([svgOf(view)], { type: 'image/svg+xml' }));
}

export function savePng(view: View): void {
  const height = preferredHeight(view);
  const scale = 2;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: width * scale, height: height * scale });
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  const colours = theme();
  const pen = new CanvasPen(context);
  pen.rect(0, 0, width, height, { fill: colours.paper });
  const at = layout(view, width - namesWidth, height);
  for (const lane of at.lanes) pen.text(12, lane.y, lane.name, { fill: colours.ink, size: 12, weight: 600 });
  context.translate(namesWidth, 0);
  draw(pen, view, at, colours);
  canvas.toBlob((blob) => blob && download(fileName(view, 'png'), blob));
}

/** The run as an issue begins: the verdict, what happened, how to do it again. */
export function markdown({ run }: View, lines: { step: number; text: string }[]): string {
  const { overview } = run;
  const { scenario, violations } = overview;
  const { told } = run;
  const text = [
    `# ${scenario.name}: ${told ? told.message : overview.verdict}`,
    '',
    ...violations.map(({ property, step, message }) => `- **${property}**${step > 0 ? ` at step ${grouped(step)}` : ', at the end'}: ${message}`),
    '',
    '## What happened',
    '',
    ...lines.map(({ step, text: words }) => `${step}. ${words}`),
    ...(lines.length === 0 ? [sentence(run, run.size)] : []),
    '',
    '## Again',
    '',
    `${scenario.model}, seed ${overview.seed}, ${grouped(run.size)} decisions, recorded by ${overview.recorded_by}`,
    '',
    '```',
    `stampede run ${scenario.file} --seed ${overview.seed}${overview.overrides.map((change) => ` --set '${change}'`).join('')}`,
    '```',
    '',
    '```yaml',
    scenario.text.trimEnd(),
    '```',
    '',
  ];
  return text.join('\n');
}
