// What is shown, as the part of the address behind '#', and back.
import { axes, cones, type Shown, type View } from './view';

export interface Link {
  run: number | undefined;
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
  assign('hidden', list('hidden'));
  assign('order', list('order'));
  assign('query', link.get('find') ?? undefined);
  return { run: number('run'), shown };
}

export function writeLink({ run, shown }: View): string {
  const link = new URLSearchParams({ run: String(run.overview.id), step: String(shown.step) });
  if (shown.mark > 0) link.set('mark', String(shown.mark));
  if (shown.axis !== 'index') link.set('axis', shown.axis);
  if (shown.cone !== 'core') link.set('cone', shown.cone);
  link.set('only', shown.only ? '1' : '0');
  link.set('from', shown.from.toFixed(2));
  link.set('to', shown.to.toFixed(2));
  if (shown.hidden.length > 0) link.set('hidden', shown.hidden.join(','));
  if (shown.order.length > 0) link.set('order', shown.order.join(','));
  if (shown.query) link.set('find', shown.query);
  return `#${link}`;
}
