// Runs from who serves the page, or from the page itself.
import type { Field } from './fields';
import type { NoReturn, Overview, Part, Source, Story } from './run';

/** Numbers that a double does not hold keep their digits, as texts. */
function parse<T>(text: string): T {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as T;
  return JSON.parse(text, (_key: string, value: unknown, context?: { source: string }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && context ? context.source : value,
  ) as T;
}

async function answerTo(path: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(path, init);
  if (answer.ok) return answer;
  const { error, hint } = parse<{ error: string; hint: string }>(await answer.text());
  throw new Error(hint ? `${error} (${hint})` : error);
}

export async function ask<T>(path: string): Promise<T> {
  return parse(await (await answerTo(path)).text());
}
/** The server takes this from its own page only. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  return parse(await (await answerTo(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).text());
}

/** The rows that the database answers with: at most a thousand, within two seconds. */
export async function query<Row>(sql: string): Promise<Row[]> {
  return (await post<{ rows: Row[] }>('/sql', { sql })).rows;
}

/** By way of a blob they come together outside of the page's thread. */
async function bytesOf(path: string): Promise<ArrayBuffer> {
  return (await (await answerTo(path)).blob()).arrayBuffer();
}

/** viewer/field_index.hpp says what stands where. */
async function fieldOf(run: number, name: string): Promise<Field> {
  const bytes = await bytesOf(`/runs/${run}/fields?name=${encodeURIComponent(name)}`);
  const count = new Uint32Array(bytes, 0, 1)[0]!;
  const values = parse<unknown[]>(new TextDecoder().decode(new Uint8Array(bytes, 4 + 8 * count)));
  return { steps: new Uint32Array(bytes, 4, count), valueOf: new Uint32Array(bytes, 4 + 4 * count, count), value: (number) => values[number] };
}

export function served(run: number): Source {
  return {
    fields: {
      field: (name) => fieldOf(run, name),
      word: async (word) => new Uint32Array(await bytesOf(`/runs/${run}/fields?word=${encodeURIComponent(word)}`)),
    },
    makes: true,
    overview: () => ask(`/runs/${run}`),
    columns: () => bytesOf(`/runs/${run}/columns`),
    columnsOf: (first, last) => bytesOf(`/runs/${run}/columns/${first}-${last}`),
    part: (part) => ask(`/runs/${run}/parts/${part}`),
    story: () => ask(`/runs/${run}/story`),
    noReturn: () => ask(`/runs/${run}/no_return`),
  };
}

interface Embedded {
  overview: string;
  columns: string;
  parts: string[];
  story: string;
  no_return: string;
}

function inflated(packed: string): Response {
  const digits = atob(packed);
  const bytes = new Uint8Array(digits.length);
  for (let at = 0; at < digits.length; ++at) bytes[at] = digits.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')));
}

/** The run that is kept in the page, if one is. */
export function embedded(): Source | undefined {
  const run = JSON.parse(document.getElementById('run')?.textContent ?? 'null') as Embedded | null;
  if (!run) return undefined;
  return {
    makes: false,
    overview: async () => parse<Overview>(await inflated(run.overview).text()),
    columns: () => inflated(run.columns).arrayBuffer(),
    part: async (part) => parse<Part>(await inflated(run.parts[part]!).text()),
    story: async () => (run.story ? parse<Story | null>(await inflated(run.story).text()) : null),
    noReturn: async () => (run.no_return ? parse<NoReturn | null>(await inflated(run.no_return).text()) : null),
  };
}
