// All runs of a database: those that fail alike together, then the newest. However many there are, the database is asked for what is shown.
import { el } from './dom';
import { ask, query } from './source';
import { clipped, duration, grouped, messageOf } from './words';

const pause = 1500;
const groupsMost = 200;
const rowsMost = 500;

interface Group {
  scenario: string;
  violated: string;
  runs: number;
  decisions: number;
  /** The shortest of them. */
  run: number;
}

const violatedText = "(SELECT group_concat(property, ', ') FROM (SELECT property FROM violation WHERE violation.run = run.id ORDER BY ordinal))";
const queries = {
  runs: 'SELECT count(*), max(id) FROM run',
  sweeps: 'SELECT count(*), max(id) FROM sweep',
  groups: `SELECT scenario_name, violated, count(*) AS runs, min(decisions), id FROM
      (SELECT id, scenario_name, decisions, ${violatedText} AS violated FROM run WHERE verdict = 'violated')
    GROUP BY scenario_name, violated ORDER BY runs DESC LIMIT ${groupsMost}`,
  newest: `SELECT id, scenario_name, printf('%u', seed), verdict, ${violatedText}, decisions, operations, virtual_time
    FROM run ORDER BY id DESC LIMIT ${rowsMost}`,
  newestSweeps: `SELECT id, scenario_name, printf('%u', first_seed), seeds, failing, undecided, verdict
    FROM sweep ORDER BY id DESC LIMIT ${rowsMost}`,
  parents: `SELECT id, parent FROM run WHERE parent IS NOT NULL ORDER BY id DESC LIMIT ${rowsMost}`,
};

/** Nothing where the database is from before there was such a thing. */
async function queryIfThere<Row>(sql: string): Promise<Row[]> {
  return query<Row>(sql).catch(() => []);
}

/** Shows what is in the database, and goes on to: a sweep may still be writing it. */
export async function home(app: HTMLElement, isShown: () => boolean): Promise<void> {
  const database = await ask<string>('/database');
  let before = '';
  while (isShown()) {
    const asked = performance.now();
    const [[runs = 0, last] = []] = await query<number[]>(queries.runs);
    const now = JSON.stringify([runs, last, await queryIfThere(queries.sweeps)]);
    if (now !== before) {
      await show(app, database, runs, isShown);
      before = now;
    }
    await new Promise((done) => setTimeout(done, Math.max(pause, 20 * (performance.now() - asked))));
    while (document.hidden) await new Promise((done) => document.addEventListener('visibilitychange', done, { once: true }));
  }
}

async function show(app: HTMLElement, database: string, runs: number, isShown: () => boolean): Promise<void> {
  const shown = [...(await failures(runs)), ...(await sweeps()), ...(await newest(runs))];
  if (!isShown()) return;
  document.title = `${database} · Stampede`;
  app.replaceChildren(
    el('header', { class: 'bar' }, el('a', { class: 'mark', href: '#' }, 'Stampede'), el('span', { class: 'crumb' }, database)),
    el('main', { class: 'home' }, ...shown),
  );
}

function plural(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

async function failures(runs: number): Promise<HTMLElement[]> {
  let groups: Group[];
  try {
    const rows = await query<[string, string, number, number, number]>(queries.groups);
    groups = rows.map(([scenario, violated, count, decisions, run]) => ({ scenario, violated: violated ?? '', runs: count, decisions, run }));
  } catch (error) {
    return [el('h1', {}, plural(runs, 'run')), el('p', { class: 'quiet' }, `Failures are not put together: ${messageOf(error)}`)];
  }
  if (groups.length === 0) return [el('h1', {}, runs === 0 ? 'No runs are stored' : 'Nothing failed')];
  const isAll = groups.length < groupsMost;
  return [
    el('h1', {}, `${isAll ? '' : 'The commonest '}${plural(groups.length, 'kind')} of failure in ${plural(runs, 'run')}`),
    el('ul', { class: 'failures' }, ...groups.map((group) => {
      const [first = 'violated', ...others] = group.violated.split(', ');
      return el('li', {}, el('a', { href: `#run=${group.run}` },
        el('b', {}, `✕ ${first}`),
        el('span', {}, clipped(group.scenario)),
        el('span', { class: 'quiet' }, others.length > 0 ? `and ${others.join(', ')}` : ''),
        el('span', { class: 'quiet' }, `${plural(group.runs, 'run')}; the shortest has ${plural(group.decisions, 'decision')}`)));
    })),
  ];
}

async function sweeps(): Promise<HTMLElement[]> {
  const rows = await queryIfThere<[number, string, string, number, number, number, string]>(queries.newestSweeps);
  if (rows.length === 0) return [];
  return [
    el('h2', {}, 'Sweeps'),
    el('table', {}, el('tr', {}, ...['scenario', 'from seed', 'seeds', 'failing', 'undecided', 'verdict', ''].map((name) => el('th', {}, name))),
      ...rows.map(([id, scenario, seed, seeds, failing, undecided, verdict]) =>
        el('tr', {}, ...[clipped(scenario), seed, grouped(seeds), grouped(failing), grouped(undecided), verdict].map((text) => el('td', {}, text)), el('td', {}, el('a', { href: `#coverage=${id}` }, 'coverage'))))),
  ];
}

async function newest(runs: number): Promise<HTMLElement[]> {
  if (runs === 0) return [];
  const rows = await query<[number, string, string, string, string | null, number, number, number]>(queries.newest);
  const madeFrom = new Map(await queryIfThere<[number, number]>(queries.parents));
  return [
    el('h2', {}, runs > rowsMost ? `The newest ${grouped(rowsMost)} of ${grouped(runs)} runs` : 'Runs'),
    el('table', {}, el('tr', {}, ...['run', 'scenario', 'seed', 'verdict', 'violated', 'decisions', 'operations', 'time'].map((name) => el('th', {}, name))),
      ...rows.map(([id, scenario, seed, verdict, violated, decisions, operations, time]) => el('tr', {},
        el('td', {}, el('a', { href: `#run=${id}` }, id)), el('td', {}, clipped(scenario), madeFrom.has(id) && el('a', { class: 'made', href: `#run=${id}&with=${madeFrom.get(id)}` }, `from run ${madeFrom.get(id)}`)), el('td', {}, seed),
        el('td', { class: `verdict ${verdict}` }, clipped(verdict)), el('td', {}, clipped(violated ?? '')),
        el('td', {}, grouped(decisions)), el('td', {}, grouped(operations)), el('td', {}, duration(time))))),
  ];
}
