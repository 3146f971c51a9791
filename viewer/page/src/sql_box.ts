// Questions in SQL about the whole database. Rows with a step lead there, and can be seen as a lane.
import { el } from './dom';
import { open } from './dialogs';
import { post } from './source';
import type { View } from './view';
import { grouped, messageOf } from './words';

interface Answer {
  columns: string[];
  rows: (string | number | null)[][];
  whole: boolean;
}

const questions: [string, string][] = [
  ['what happened in this run, by kind and type', 'SELECT kind, type, count(*) AS times FROM event WHERE id >> 40 = :run GROUP BY kind, type ORDER BY times DESC'],
  ['every step of this run at which something was lost', "SELECT step, type, node FROM event WHERE id >> 40 = :run AND kind = 'drop' ORDER BY step"],
  ['failures with the same fingerprint', "SELECT fingerprint, count(*) AS runs, min(run) AS first_run FROM violation WHERE fingerprint <> '' GROUP BY fingerprint ORDER BY runs DESC"],
  ['runs that were made from others', 'SELECT id, parent, scenario_name, verdict FROM run WHERE parent IS NOT NULL'],
];

export function openSql(view: View): void {
  const run = view.run.overview.id;
  const query = el('textarea', { rows: 4, 'aria-label': 'SELECT', spellcheck: 'false' });
  const answer = el('div', { class: 'answer', role: 'status' });
  const ask = async () => {
    answer.replaceChildren(el('p', { class: 'quiet' }, 'asks …'));
    try {
      const known = await post<Answer>('/sql', { sql: query.value });
      answer.replaceChildren(...table(view, known, () => dialog.close()));
    } catch (error) {
      answer.replaceChildren(el('p', { class: 'failed' }, messageOf(error)));
    }
  };
  query.addEventListener('keydown', (event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && void ask());
  const take = (sql: string) => {
    query.value = sql.replace(':run', String(run));
    void ask();
  };
  const dialog = el('dialog', { class: 'question sql', 'aria-label': 'SQL' },
    el('h2', {}, 'SQL'), query,
    el('form', { method: 'dialog' }, el('button', { type: 'button', click: () => void ask() }, 'Ask (Ctrl+Enter)'), el('button', {}, 'Close')),
    el('ul', { class: 'asked' }, ...questions.map(([words, sql]) => el('li', {}, el('button', { class: 'link', click: () => take(sql) }, words)))),
    answer);
  open(dialog);
}

function table(view: View, { columns, rows, whole }: Answer, close: () => void): HTMLElement[] {
  const stepAt = columns.indexOf('step');
  const runAt = columns.indexOf('run');
  const isHere = (row: Answer['rows'][number]) => runAt < 0 || row[runAt] === view.run.overview.id;
  const steps = stepAt < 0 ? [] : rows.filter(isHere).map((row) => Number(row[stepAt])).filter((step) => step >= 1 && step <= view.run.size);
  const go = (step: number) => {
    close();
    view.go(step);
  };
  const cell = (row: Answer['rows'][number], value: string | number | null, column: number) =>
    el('td', {}, column === stepAt && isHere(row) && Number(value) >= 1 ? el('button', { class: 'link', click: () => go(Number(value)) }, value) : value ?? el('span', { class: 'quiet' }, 'null'));
  const showLane = () => {
    close();
    view.find(steps);
  };
  return [
    el('p', { class: 'quiet' }, `${grouped(rows.length)} rows${whole ? '' : ', and more that are not shown'}`, ' ', steps.length > 0 && el('button', { class: 'link', click: showLane }, `show the ${grouped(steps.length)} steps as a lane`)),
    el('table', {}, el('thead', {}, el('tr', {}, ...columns.map((name) => el('th', {}, name)))), el('tbody', {}, ...rows.map((row) => el('tr', {}, ...row.map((value, column) => cell(row, value, column)))))),
  ];
}
