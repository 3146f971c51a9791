// Described values as elements: logs as cells, tables as rows, the rest as text.
import { el } from './dom';
import { brief, changesOf, phrase } from './words';

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
  const pairs = pairsOf(value);
  if (pairs) return isTable(pairs) || Object.keys(pairs).length === 1 ? tableElement(pairs) : membersElement(pairs, reach);
  const list = entriesOf(value);
  if (list) return logElement(list.entries, list.after, /^(log|entries)$/.test(name) ? reach : { committed: 0 });
  if (isMembers(value) && isTable(value)) return tableElement(value);
  if (isMembers(value) && Object.values(value).some((each) => typeof each === 'object' && !isEmpty(each))) return membersElement(value, reach);
  if (isMembers(value) && Object.keys(value).length > 0) return chipsElement(Object.entries(value).map(([key, each]) => `${key}: ${brief(each)}`));
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')) return chipsElement(value as string[]);
  return el('span', { class: isQuiet(value) ? 'quiet' : undefined }, brief(value));
}

/** What is kept by key as a list of pairs. */
function pairsOf(value: unknown): Members | undefined {
  const isPair = (each: unknown) => Array.isArray(each) && each.length === 2 && isMembers(each[1]) && !isMembers(each[0]);
  return Array.isArray(value) && value.length > 0 && value.every(isPair) ? Object.fromEntries(value as [string, unknown][]) : undefined;
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
  const operation = find(entry, (key) => ['operation', 'command', 'value'].includes(key));
  if (!operation) return { words: brief(entry), epoch: '' };
  const epoch = find(entry, (key) => /view|term|ballot|round/.test(key));
  const word = /view|term|ballot|round/.exec(epoch?.key ?? '')?.[0];
  const number = isMembers(epoch?.value) ? Object.values(epoch.value).map(brief).join('.') : brief(epoch?.value);
  return { words: phrase(operation.value), epoch: word ? `${word} ${number}` : '' };
}

/** The first member that fits, those further out before those within. */
function find(value: unknown, fits: (key: string) => boolean): { key: string; value: unknown } | undefined {
  if (!isMembers(value)) return undefined;
  for (const [key, each] of Object.entries(value)) if (fits(key) && each !== null) return { key, value: each };
  for (const each of Object.values(value)) {
    const found = find(each, fits);
    if (found) return found;
  }
  return undefined;
}

/** So many entries of a log are shown at its end. */
const cellsMost = 6;

function cellElement(entry: unknown, number: number, kind: string): HTMLElement {
  const { words, epoch } = entryText(entry);
  return el('li', { class: `cell ${kind}`, title: `${number}: ${brief(entry)}` }, el('i', {}, number), el('b', {}, words), epoch ? el('small', {}, epoch) : false);
}

function logElement(entries: unknown[], after: number, { committed }: Reach): HTMLElement {
  const first = Math.max(0, entries.length - cellsMost);
  const cells = entries.slice(first).map((entry, place) => {
    const number = after + first + place + 1;
    return cellElement(entry, number, number <= committed ? 'committed' : '');
  });
  return el('ol', { class: 'cells' }, first + after > 0 && cellsBefore(first + after), ...cells);
}

function cellsBefore(count: number): HTMLElement {
  return el('li', { class: 'cell before' }, count === 1 ? '1 before' : `1–${count} before`);
}

/** What a value was and what it is now; of members only those that changed. */
export function changeElement(name: string, before: unknown, after: unknown, reach: Reach): HTMLElement {
  const log = logChangeElement(before, after, reach);
  if (log) return log;
  if (isMembers(before) && isMembers(after) && Object.keys(before).join() === Object.keys(after).join()) {
    const changes = changesOf(before, after);
    return el('dl', { class: 'inner' }, ...changes.flatMap((change) => [el('dt', {}, change.field.replaceAll('_', ' ')), el('dd', {}, changeElement(change.field, change.before, change.after, reach))]));
  }
  const shown = (value: unknown, committed: number) => (isEmpty(value) ? el('span', {}, 'none') : valueElement(name, value, { committed }));
  const isTree = typeof after === 'object' && typeof before === 'object' && after !== null && before !== null;
  return el('span', {}, el('span', { class: isTree ? 'was tree' : 'was' }, shown(before, 0)), el('span', { class: 'arrow', 'aria-label': 'becomes' }, '→'), el('b', { class: isEmpty(after) && isTree ? 'gone' : undefined }, shown(after, reach.committed)));
}

/** How much of a log was kept, what was cut off, and what came to it. Nothing if neither is one. */
function logChangeElement(before: unknown, now: unknown, { committed }: Reach): HTMLElement | undefined {
  const [old, young] = [entriesOf(before), entriesOf(now)];
  if (!old && !young) return undefined;
  const [lost, gained] = [old?.entries ?? [], young?.entries ?? []];
  const after = young?.after ?? old?.after ?? 0;
  if (old && young && old.after !== young.after) return undefined;
  const differs = lost.findIndex((entry, at) => JSON.stringify(entry) !== JSON.stringify(gained[at]));
  const kept = differs < 0 ? lost.length : differs;
  const cells = (entries: unknown[], kind: (number: number) => string) =>
    entries.slice(kept, kept + cellsMost).map((entry, place) => cellElement(entry, after + kept + place + 1, kind(after + kept + place + 1)));
  const beyond = (entries: unknown[]) => entries.length - kept > cellsMost && el('li', { class: 'cell before' }, `and ${entries.length - kept - cellsMost} more`);
  return el(
    'ol',
    { class: 'cells' },
    after + kept > 0 && el('li', { class: 'cell before' }, after + kept === 1 ? '1 kept' : `1–${after + kept} kept`),
    ...cells(lost, () => 'lost'),
    beyond(lost),
    ...cells(gained, (number) => (number <= committed ? 'gained committed' : 'gained')),
    beyond(gained),
    gained.length + after === 0 && el('li', { class: 'gone' }, 'now empty'),
  );
}

/** Whether its values have the same members. */
function isTable(value: Members): boolean {
  const [first, ...rest] = Object.values(value);
  const keys = (row: unknown) => (isMembers(row) ? Object.keys(row).join() : '');
  return isMembers(first) && Object.keys(first).length > 0 && rest.length > 0 && rest.every((row) => keys(row) === keys(first));
}

function membersElement(value: Members, reach: Reach): HTMLElement {
  const told = Object.entries(value).filter(([, each]) => !isQuiet(each));
  return el('dl', { class: 'inner' }, ...told.flatMap(([key, each]) => [el('dt', {}, key.replaceAll('_', ' ')), el('dd', {}, valueElement(key, each, reach))]));
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
