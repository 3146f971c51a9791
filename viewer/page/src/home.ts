// All runs of a database: those that fail alike together, then every run.
import { el } from './dom';
import { database, type Database, type RunLine } from './source';
import { grouped } from './words';

export async function home(app: HTMLElement): Promise<void> {
  const known = await database();
  document.title = `${known.database} · Stampede`;
  app.replaceChildren(
    el('header', { class: 'bar' }, el('a', { class: 'mark', href: '#' }, 'Stampede'), el('span', { class: 'crumb' }, known.database)),
    el('main', { class: 'home' }, ...failures(known), ...sweeps(known), ...runs(known)),
  );
}

function plural(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

function failures({ runs }: Database): HTMLElement[] {
  const alike = new Map<string, RunLine[]>();
  for (const run of runs.filter(({ verdict }) => verdict === 'violated')) {
    const key = `${run.scenario} ${run.violated.join()}`;
    alike.set(key, [...(alike.get(key) ?? []), run]);
  }
  if (alike.size === 0) return [el('h1', {}, runs.length === 0 ? 'No runs are stored' : 'Nothing failed')];
  const groups = [...alike.values()].sort((one, other) => other.length - one.length);
  return [
    el('h1', {}, `${plural(groups.length, 'kind')} of failure in ${plural(runs.length, 'run')}`),
    el('ul', { class: 'failures' }, ...groups.map((group) => {
      const shortest = group.reduce((best, run) => (run.decisions < best.decisions ? run : best));
      return el('li', {}, el('a', { href: `#run=${shortest.id}` },
        el('b', {}, `✕ ${shortest.violated[0] ?? 'violated'}`),
        el('span', {}, shortest.scenario),
        el('span', { class: 'quiet' }, shortest.violated.length > 1 ? `and ${shortest.violated.slice(1).join(', ')}` : ''),
        el('span', { class: 'quiet' }, `${plural(group.length, 'run')}; the shortest has ${plural(shortest.decisions, 'decision')}`)));
    })),
  ];
}

function sweeps({ sweeps }: Database): HTMLElement[] {
  if (sweeps.length === 0) return [];
  return [
    el('h2', {}, 'Sweeps'),
    el('table', {}, el('tr', {}, ...['scenario', 'from seed', 'seeds', 'failing', 'undecided', 'verdict'].map((name) => el('th', {}, name))),
      ...sweeps.map((sweep) => el('tr', {}, ...[sweep.scenario, sweep.first_seed, grouped(sweep.seeds), grouped(sweep.failing), grouped(sweep.undecided), sweep.verdict].map((text) => el('td', {}, text))))),
  ];
}

const rowsMost = 500;

function runs({ runs }: Database): HTMLElement[] {
  if (runs.length === 0) return [];
  const newest = runs.slice(-rowsMost).reverse();
  return [
    el('h2', {}, runs.length > rowsMost ? `The newest ${grouped(rowsMost)} of ${grouped(runs.length)} runs` : 'Runs'),
    el('table', {}, el('tr', {}, ...['run', 'scenario', 'seed', 'verdict', 'violated', 'decisions', 'operations', 'time'].map((name) => el('th', {}, name))),
      ...newest.map((run) => el('tr', {},
        el('td', {}, el('a', { href: `#run=${run.id}` }, run.id)), el('td', {}, run.scenario), el('td', {}, run.seed),
        el('td', { class: `verdict ${run.verdict}` }, run.verdict), el('td', {}, run.violated.join(', ')),
        el('td', {}, grouped(run.decisions)), el('td', {}, grouped(run.operations)), el('td', {}, run.virtual_time)))),
  ];
}
