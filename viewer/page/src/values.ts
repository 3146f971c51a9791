// Described values as elements: logs as cells, tables as rows, the rest as text.
import { el } from './dom';
import { brief, phrase } from './words';

type Members = Record<string, unknown>;

export function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Says nothing to somebody who looks for what is there. */
export function isQuiet(value: unknown): boolean {
  return value === 0 || value === false || value === '' || isEmpty(value) || (isMembers(value) && Object.values(value).every(isQuiet));
}

/** How far a log has come, by what the node shows of itself. */
export interface Reach {
  committed: number;
}

/** A value behind its name. */
export function valueElement(name: string, value: unknown, reach: Reach): HTMLElement {
  const list = entriesOf(value);
  if (list) return logElement(list.entries, list.after, /log|entries/.test(name) ? reach : { committed: 0 });
  if (isMembers(value) && Object.values(value).some(isMembers)) return tableElement(value);
  if (isMembers(value) && Object.keys(value).length > 0) return chipsElement(Object.entries(value).map(([key, each]) => `${key}: ${brief(each)}`));
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')) return chipsElement(value as string[]);
  return el('span', { class: 'value' }, brief(value));
}

/** A list of values with members, and how many were forgotten before them. */
function entriesOf(value: unknown): { entries: unknown[]; after: number } | undefined {
  if (Array.isArray(value) && value.some(isMembers)) return { entries: value, after: 0 };
  if (isMembers(value) && Array.isArray(value['entries']) && isMembers(value['after']) === false && 'after' in value)
    return { entries: value['entries'], after: Number(value['after']) };
  return undefined;
}

/** `put x 1` of an entry however deep it holds its operation, and the epoch that it is of. */
function entryText(entry: unknown): { words: string; epoch: string } {
  let epoch = '';
  for (let at = entry; isMembers(at); at = Object.values(at).find(isMembers)) {
    for (const [key, value] of Object.entries(at)) {
      const [, word] = /(view|term|ballot|round)/.exec(key) ?? [];
      if (word && !epoch) epoch = `${word} ${brief(value)}`;
    }
    const operation = at['operation'] ?? at['command'] ?? at['value'];
    if (operation !== undefined && operation !== null) return { words: phrase(operation), epoch };
  }
  return { words: brief(entry), epoch: '' };
}

const cellsMost = 24;

function logElement(entries: unknown[], after: number, { committed }: Reach): HTMLElement {
  const first = Math.max(0, entries.length - cellsMost);
  const cells = entries.slice(first).map((entry, place) => {
    const number = after + first + place + 1;
    const { words, epoch } = entryText(entry);
    return el('li', { class: number <= committed ? 'cell committed' : 'cell', title: `${number}: ${brief(entry)}` }, el('i', {}, number), el('b', {}, words), epoch ? el('small', {}, epoch) : false);
  });
  const note = first + after > 0 ? el('li', { class: 'cell before' }, `${first + after} before`) : false;
  return el('ol', { class: 'cells' }, note, ...cells);
}

function tableElement(value: Members): HTMLElement {
  const rows = Object.entries(value);
  const columns = [...new Set(rows.flatMap(([, row]) => (isMembers(row) ? Object.keys(row) : [])))];
  return el(
    'table',
    { class: 'members' },
    el('tr', {}, el('th'), ...columns.map((column) => el('th', {}, column.replaceAll('_', ' ')))),
    ...rows.map(([key, row]) => el('tr', {}, el('th', {}, key), ...columns.map((column) => el('td', {}, isMembers(row) ? cellText(row[column]) : column === columns[0] ? brief(row) : '')))),
  );
}

function cellText(value: unknown): string {
  if (Array.isArray(value) && value.some(isMembers)) return value.length === 0 ? '–' : value.map((entry) => entryText(entry).words).join(' · ');
  return Array.isArray(value) && value.length === 0 ? 'empty' : brief(value);
}

function chipsElement(words: string[]): HTMLElement {
  return el('span', { class: 'chips' }, ...words.map((word) => el('span', { class: 'chip' }, word)));
}
