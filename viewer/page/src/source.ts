// Runs from who serves the page, or from the page itself.
import type { NoReturn, Overview, Part, Source, Story } from './run';

/** Numbers that a double does not hold keep their digits, as texts. */
function parse<T>(text: string): T {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as T;
  return JSON.parse(text, (_key: string, value: unknown, context?: { source: string }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && context ? context.source : value,
  ) as T;
}

async function ask(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (answer.ok) return answer;
  const { error, hint } = parse<{ error: string; hint: string }>(await answer.text());
  throw new Error(hint ? `${error} (${hint})` : error);
}

export interface RunLine {
  id: number;
  scenario: string;
  seed: string;
  mode: string;
  verdict: string;
  violated: string[];
  decisions: number;
  operations: number;
  virtual_time: string;
}

export interface SweepLine {
  id: number;
  scenario: string;
  first_seed: string;
  seeds: number;
  verdict: string;
  failing: number;
  undecided: number;
}

export interface Database {
  database: string;
  runs: RunLine[];
  sweeps: SweepLine[];
}

export async function database(): Promise<Database> {
  return parse(await (await ask('/runs')).text());
}

export function served(run: number): Source {
  return {
    overview: async () => parse(await (await ask(`/runs/${run}`)).text()),
    columns: async () => (await ask(`/runs/${run}/columns`)).arrayBuffer(),
    part: async (part) => parse(await (await ask(`/runs/${run}/parts/${part}`)).text()),
    story: async () => parse(await (await ask(`/runs/${run}/story`)).text()),
    noReturn: async () => parse(await (await ask(`/runs/${run}/no_return`)).text()),
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
  const bytes = Uint8Array.from(atob(packed), (digit) => digit.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')));
}

/** The run that is kept in the page, if one is. */
export function embedded(): Source | undefined {
  const run = JSON.parse(document.getElementById('run')?.textContent ?? 'null') as Embedded | null;
  if (!run) return undefined;
  return {
    overview: async () => parse<Overview>(await inflated(run.overview).text()),
    columns: () => inflated(run.columns).arrayBuffer(),
    part: async (part) => parse<Part>(await inflated(run.parts[part]!).text()),
    story: async () => (run.story ? parse<Story | null>(await inflated(run.story).text()) : null),
    noReturn: async () => (run.no_return ? parse<NoReturn | null>(await inflated(run.no_return).text()) : null),
  };
}
