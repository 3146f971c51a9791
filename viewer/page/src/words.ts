// How steps and values are put into words.
import { nobody, type Run } from './run';

/** `put x 1` for {"put": ["x", "1"]}. */
export function phrase(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.map(phrase).join(' ');
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [key, only] = entries[0]!;
    if (only === true) return key;
    if (only !== null && typeof only === 'object' && Object.keys(only).length === 0) return key;
    return key === 'value' ? phrase(only) : `${key} ${phrase(only)}`;
  }
  return entries.map(([key, each]) => `${key} ${phrase(each)}`).join(', ');
}

/** A value in one line, near to how it is written. */
export function brief(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(brief).join(', ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  return entries.length === 0 ? '{}' : `{${entries.map(([key, each]) => `${key}: ${brief(each)}`).join(', ')}}`;
}

export function grouped(value: number): string {
  // Not by toLocaleString, which reads the rules of a locale before the first picture.
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As searches compare texts, here and where runs are served: in lower case, of ASCII letters only. */
export function lowered(text: string): string {
  const isAscii = !/[^\0-\x7f]/.test(text);
  return isAscii ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Names that somebody else made have any length: what is left out is said. */
export function clipped(name: string): string {
  const most = 200;
  return name.length <= most ? name : `${name.slice(0, most)}… (${grouped(name.length)} letters)`;
}

export function duration(nanoseconds: number): string {
  const units: [number, string][] = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ];
  for (const [size, unit] of units) {
    if (nanoseconds >= size) return `${Number((nanoseconds / size).toFixed(3))} ${unit}`;
  }
  return `${nanoseconds} ns`;
}

/** `r2 receives Commit from r1`. */
export function sentence(run: Run, step: number): string {
  const node = run.node[step] === nobody ? '' : run.name(run.node[step]!);
  const peer = run.name(run.peer[step]!);
  const type = run.type(step);
  switch (run.kind(step)) {
    case 'deliver':
      return `${node} receives ${type} from ${peer}`;
    case 'ignore':
      return `${node} ignores ${type} from ${peer}`;
    case 'drop':
      return `${type} from ${peer} to ${node} is lost`;
    case 'duplicate':
      return `${type} from ${peer} to ${node} is duplicated`;
    case 'corrupt':
      return `${type} from ${peer} to ${node} is damaged`;
    case 'fire':
      return `${type} of ${node} fires`;
    case 'complete':
      return type === 'durable' ? `${node}'s save is done` : `${node}'s ${type} is done`;
    case 'begin':
      return `${node} begins ${phrase(run.detail(step)?.detail) || 'an operation'}`;
    case 'restart':
      return run.incarnation[step]! > 1 ? `${node} restarts` : `${node} starts`;
    case 'begin_fault':
      return `fault ${type} begins`;
    case 'end_fault':
      return `fault ${type} ends`;
    case 'clock':
      return `the clock of ${node} is moved`;
    case 'wipe':
      return `the disk of ${node} is emptied`;
    default:
      return `${node} ${run.kind(step)}s`;
  }
}

/** `delay` of a fault that has no name but its text, `{delay: ..}`. */
export function faultKind(name: string): string {
  return /^\{?\s*([\w-]+)/.exec(name)?.[1] ?? name;
}

/** The protocol's word for an epoch: what its states call the number that nodes show as such. */
export function wordForEpoch(run: Run): string {
  const numbers = (node: number, step: number) => {
    const state = run.state(node, step);
    const entries = state !== null && typeof state === 'object' ? Object.entries(state) : [];
    return (epoch: number) => entries.filter(([, value]) => value === epoch).map(([key]) => key);
  };
  const looks = run.overview.looks.filter(([step, , look]) => run.partOf(step) === 0 && look.group === undefined && look.epoch > 0);
  const [step, node, look] = looks[0] ?? [];
  const keys = step !== undefined && node !== undefined && look ? numbers(node, step)(look.epoch) : [];
  return ['view', 'term', 'ballot', 'round'].find((word) => keys.some((key) => key.includes(word))) ?? 'epoch';
}

export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

/** The members of a state that are others than before. */
export function changesOf(before: unknown, after: unknown): Change[] {
  if (before === null || after === null || typeof before !== 'object' || typeof after !== 'object') return [];
  const old = before as Record<string, unknown>;
  return Object.entries(after as Record<string, unknown>)
    .filter(([field, value]) => JSON.stringify(old[field]) !== JSON.stringify(value))
    .map(([field, value]) => ({ field, before: old[field], after: value }));
}

/** `view_number 0 → 1`, `log loses 1 of 1`. */
export function changeText({ field, before, after }: Change): string {
  const name = field.replaceAll('_', ' ');
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.every((value) => typeof value !== 'object') && after.every((value) => typeof value !== 'object'))
      return membersText(name, before.map(String), after.map(String));
    const kept = before.findIndex((value, at) => JSON.stringify(value) !== JSON.stringify(after[at]));
    const same = kept < 0 ? before.length : kept;
    const lost = before.length - same;
    const gained = after.length - same;
    const parts = [lost > 0 ? `loses ${lost} of ${before.length}` : '', gained > 0 ? `gains ${gained}` : ''];
    return `${name} ${parts.filter(Boolean).join(', ')}`;
  }
  const isMap = (value: unknown) => value !== null && typeof value === 'object' && !Array.isArray(value);
  if (isMap(before) && isMap(after)) {
    const text = membersText(name, Object.keys(before as object), Object.keys(after as object));
    if (text !== name) return text;
    return changesOf(before, after)
      .map((change) => `${name}.${changeText(change)}`)
      .join(', ');
  }
  return `${name} ${brief(before)} → ${brief(after)}`;
}

function membersText(name: string, before: string[], after: string[]): string {
  const gained = after.filter((member) => !before.includes(member)).map((member) => `+${member}`);
  const lost = before.filter((member) => !after.includes(member)).map((member) => `−${member}`);
  return [name, ...gained, ...lost].join(' ');
}
