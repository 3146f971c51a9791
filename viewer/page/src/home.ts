// All runs of a database: those that fail alike together, then every run.
import { el } from './dom';
import { database, post, type Database, type RunLine } from './source';
import { grouped } from './words';

const pause = 1500;

/** Shows what is in the database, and goes on to: a sweep may still be writing it. */
export async function home(app: HTMLElement, isShown: () => boolean): Promise<void> {
  let before = '';
  for (let first = true; first || isShown(); first = false) {
    const asked = performance.now();
    const known = await database();
    const now = JSON.stringify(known);
    if (now !== before && (first || isShown())) {
      show(app, known, await parents());
      before = now;
    }
    await new Promise((done) => setTimeout(done, Math.max(pause, 20 * (performance.now() - asked))));
    while (document.hidden) await new Promise((done) => document.addEventListener('visibilitychange', done, { once: true }));
  }
}

function show(app: HTMLElement, known: Database, madeFrom: Map<number, number>): void {
  document.title = `${known.database} · Stampede`;
  app.replaceChildren(
    el('header', { class: 'bar' }, el('a', { class: 'mark', href: '#' }, 'Stampede'), el('span', { class: 'crumb' }, known.database)),
    el('main', { class: 'home' }, ...failures(known), ...sweeps(known), ...runs(known, madeFrom)),
  );
}

/** Of each run the one that it is made from; none in databases from before there were any. */
async function parents(): Promise<Map<number, number>> {
  try {
    const { rows } = await post<{ rows: [number, number][] }>('/sql', { sql: 'SELECT id, parent FROM run WHERE parent IS NOT NULL' });
    return new Map(rows);
  } catch {
    return new Map();
  }
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
    el('table', {}, el('tr', {}, ...['scenario', 'from seed', 'seeds', 'failing', 'undecided', 'verdict', ''].map((name) => el('th', {}, name))),
      ...sweeps.map((sweep) => el('tr', {}, ...[sweep.scenario, sweep.first_seed, grouped(sweep.seeds), grouped(sweep.failing), grouped(sweep.undecided), sweep.verdict].map((text) => el('td', {}, text)), el('td', {}, el('a', { href: `#coverage=${sweep.id}` }, 'coverage'))))),
  ];
}

const rowsMost = 500;

function runs({ runs }: Database, madeFrom: Map<number, number>): HTMLElement[] {
  if (runs.length === 0) return [];
  const newest = runs.slice(-rowsMost).reverse();
  return [
    el('h2', {}, runs.length > rowsMost ? `The newest ${grouped(rowsMost)} of ${grouped(runs.length)} runs` : 'Runs'),
    el('table', {}, el('tr', {}, ...['run', 'scenario', 'seed', 'verdict', 'violated', 'decisions', 'operations', 'time'].map((name) => el('th', {}, name))),
      ...newest.map((run) => el('tr', {},
        el('td', {}, el('a', { href: `#run=${run.id}` }, run.id)), el('td', {}, run.scenario, madeFrom.has(run.id) && el('a', { class: 'made', href: `#run=${run.id}&with=${madeFrom.get(run.id)}` }, `from run ${madeFrom.get(run.id)}`)), el('td', {}, run.seed),
        el('td', { class: `verdict ${run.verdict}` }, run.verdict), el('td', {}, run.violated.join(', ')),
        el('td', {}, grouped(run.decisions)), el('td', {}, grouped(run.operations)), el('td', {}, run.virtual_time)))),
  ];
}
