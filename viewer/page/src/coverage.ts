// What a sweep reached: what broke, probes, faults, each with how many of its seeds.
import { el } from './dom';
import { query } from './source';
import { grouped } from './words';

interface Summary {
  scenario_file: string;
  seeds: number;
  decisions: number;
  operations: number;
  failing_count: number;
  undecided_count: number;
  vacuous_count: number;
  violated: [string, { seeds: number; first_seed: number }][];
  probes: [string, number][];
  hits_by_kind: [string, number][];
  hits_by_name: [string, number][];
}

export async function coverage(app: HTMLElement, sweep: number): Promise<void> {
  const [[text] = []] = await query<string[]>(`SELECT summary FROM sweep WHERE id = ${sweep}`);
  if (!text) throw new Error(`there is no sweep ${sweep}`);
  const known = JSON.parse(text) as Summary;
  const seeds = (count: number) => `${grouped(count)} seed${count === 1 ? '' : 's'}`;
  document.title = `Sweep ${sweep} · Stampede`;
  app.replaceChildren(
    el('header', { class: 'bar' }, el('a', { class: 'mark', href: '#', title: 'All runs' }, 'Stampede'), el('span', { class: 'crumb' }, `sweep ${sweep}`)),
    el('main', { class: 'home' },
      el('h1', {}, `${seeds(known.seeds)}: ${grouped(known.failing_count)} fail, ${grouped(known.undecided_count)} undecided, ${grouped(known.vacuous_count)} vacuous`),
      el('p', { class: 'quiet' }, `${known.scenario_file} · ${grouped(known.decisions)} decisions · ${grouped(known.operations)} operations`),
      ...bars('What broke', known.violated.map(([name, { seeds: count }]) => [name, count]), known.seeds, 'seeds', 'broken'),
      ...bars('Probes', known.probes, known.seeds, 'seeds'),
      ...bars('Faults, by kind', known.hits_by_kind, undefined, 'times'),
      ...bars('Faults, by name', known.hits_by_name, undefined, 'times')),
  );
}

/** The rarest first: what was hardly reached is what one looks for. */
function bars(title: string, counts: [string, number][], of: number | undefined, unit: string, kind = ''): HTMLElement[] {
  if (counts.length === 0) return [];
  const whole = of ?? Math.max(...counts.map(([, count]) => count), 1);
  const share = (count: number) => {
    const bar = el('span', { class: `share ${kind}`, 'aria-hidden': 'true' });
    bar.style.width = `${Math.max((100 * count) / whole, 0.5)}%`;
    return bar;
  };
  return [
    el('h2', {}, title),
    el('table', { class: 'coverage' }, ...[...counts].sort(([, one], [, other]) => one - other).map(([name, count]) =>
      el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, share(count)), el('td', {}, `${grouped(count)} ${of === undefined ? unit : `of ${grouped(of)} ${unit}`}`)))),
  ];
}
