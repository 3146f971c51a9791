// What is shown, as the part of the address behind '#', and back.
import { axes, cones, type Shown, type View } from './view';

export interface Link {
  run: number | undefined;
  /** The run that it is compared with. */
  other: number | undefined;
  /** The sweep whose coverage is shown. */
  sweep: number | undefined;
  shown: Partial<Shown>;
}

export function readLink(hash: string): Link {
  const link = new URLSearchParams(hash.replace(/^#/, ''));
  const shown: Partial<Shown> = {};
  const number = (name: string) => {
    const value = Number(link.get(name));
    return link.has(name) && Number.isFinite(value) ? value : undefined;
  };
  const list = (name: string) => link.get(name)?.split(',').filter(Boolean);
  const assign = <K extends keyof Shown>(name: K, value: Shown[K] | undefined) => {
    if (value !== undefined) shown[name] = value;
  };
  assign('step', number('step'));
  assign('mark', number('mark'));
  assign('axis', axes.find((axis) => axis === link.get('axis')));
  assign('cone', cones.find((cone) => cone === link.get('cone')));
  assign('only', link.has('only') ? link.get('only') === '1' : undefined);
  assign('from', number('from'));
  assign('to', number('to'));
  for (const name of ['hidden', 'order', 'pinned', 'collapsed', 'watches'] as const) assign(name, list(name));
  assign('query', link.get('find') ?? undefined);
  return { run: number('run'), other: number('with'), sweep: number('coverage'), shown };
}

export function writeLink({ run, shown, other }: View): string {
  const link = new URLSearchParams({ run: String(run.overview.id), step: String(shown.step) });
  if (other) link.set('with', String(other.overview.id));
  if (shown.mark > 0) link.set('mark', String(shown.mark));
  if (shown.axis !== 'index') link.set('axis', shown.axis);
  if (shown.cone !== 'core') link.set('cone', shown.cone);
  link.set('only', shown.only ? '1' : '0');
  link.set('from', shown.from.toFixed(2));
  link.set('to', shown.to.toFixed(2));
  for (const name of ['hidden', 'order', 'pinned', 'collapsed', 'watches'] as const) if (shown[name].length > 0) link.set(name, shown[name].join(','));
  if (shown.query) link.set('find', shown.query);
  return `#${link}`;
}
