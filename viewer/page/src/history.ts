// A judged history, as 'stampede check --html' keeps it in the page.
import { phrase } from './words';

/** An operation or a transaction: whose it is, its first and its last event (-1 = it never ends), what it is, when, and what was remarked. */
type KeptRow = [string, number, number, string | { operation: unknown; result?: unknown }, string, string];

interface Kept {
  title: string;
  verdict: string;
  /** Words, and the rows that they name. */
  reason: (string | number)[];
  noun: string;
  events: number;
  rows: KeptRow[];
  stories: { name: string; sentences: string[]; rows: number[]; arrows: [number, number, string][] }[];
  bands: [number, number, string][];
}

export interface Row {
  lane: string;
  from: number;
  /** Infinity: it never ends. */
  to: number;
  words: string;
  times: string;
  note: string;
}

/** A few rows that cannot all be right, and why. */
export interface HistoryStory {
  name: string;
  sentences: string[];
  rows: number[];
  arrows: { from: number; to: number; label: string }[];
}

export interface History {
  title: string;
  verdict: string;
  /** Words, and the rows that they name. */
  reason: (string | number)[];
  noun: string;
  events: number;
  rows: Row[];
  stories: HistoryStory[];
  bands: { from: number; to: number; words: string }[];
}

function rowOf([lane, from, to, what, times, note]: KeptRow): Row {
  const result = typeof what === 'string' || !('result' in what) ? '?' : phrase(what.result);
  return { lane, from, to: to < 0 ? Infinity : to, words: typeof what === 'string' ? what : `${phrase(what.operation)} → ${result}`, times, note };
}

export function spanOf({ from, to }: Row): string {
  return `[${from}, ${to === Infinity ? '…' : to}]`;
}

/** The history that is kept in the page, if one is. */
export function keptHistory(): History | undefined {
  const kept = JSON.parse(document.getElementById('history')?.textContent ?? 'null') as Kept | null;
  if (!kept) return undefined;
  return {
    ...kept,
    rows: kept.rows.map(rowOf),
    stories: kept.stories.map((story) => ({ ...story, arrows: story.arrows.map(([from, to, label]) => ({ from, to, label })) })),
    bands: kept.bands.map(([from, to, words]) => ({ from, to, words })),
  };
}
