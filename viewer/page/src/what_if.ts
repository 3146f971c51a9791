// What if something else had happened at a step? The run is made again up to there, goes on otherwise, and is kept beside the one that it
// is made from.
import { el } from './dom';
import { notice, open, question } from './dialogs';
import { faultsOf } from './lanes';
import type { Run } from './run';
import type { View } from './view';
import { sentence } from './words';
import { work, type Made } from './work';

/** Another way on: lines of a session, in place of a step. */
interface Otherwise {
  words: string;
  step: number;
  lines: string[];
}

/** A message as scripts name it; nothing while it is not known which of its link it is. */
function messageName(run: Run, step: number): string | undefined {
  const detail = run.detail(step);
  if (!detail || !run.isAboutMessage(step)) return undefined;
  const copy = detail.copy ? ` copy ${detail.copy}` : '';
  return `${run.type(step)} ${run.name(run.peer[step]!)}->${run.name(run.node[step]!)} nth ${detail.nth ?? 1}${copy}`;
}

function aboutMessage(run: Run, step: number): Otherwise[] {
  const message = messageName(run, step);
  if (!message) return [];
  const otherwise = (words: string, line: string): Otherwise => ({ words, step, lines: [line] });
  if (!run.arrives(step)) return [otherwise(`${message} arrives`, `deliver ${message}`)];
  return [
    otherwise(`${message} is lost`, `drop ${message}`),
    otherwise(`${message} never arrives: it is held`, `hold ${message}`),
    otherwise(`${message} is copied, and arrives twice`, `duplicate ${message}`),
  ];
}

function aboutNode(run: Run, step: number): Otherwise[] {
  const node = run.node[step]!;
  const name = run.name(node);
  if (!name) return [];
  const otherwise = (words: string, ...lines: string[]): Otherwise => ({ words: `before it, ${name} ${words}`, step, lines });
  const period = run.period(node, step - 1);
  if (period && !period.up) return [otherwise('restarts', `restart ${name}`)];
  const others = run.overview.nodes.filter((each) => each.name !== name).map((each) => each.name);
  return [
    otherwise('crashes', `crash ${name}`),
    otherwise('crashes and restarts', `crash ${name}`, `restart ${name}`),
    period?.paused ? otherwise('goes on', `resume ${name}`) : otherwise('stands still', `pause ${name}`),
    otherwise('is cut off from all others', ...others.map((other) => `cut ${name} ${other}`)),
  ];
}

function aboutFaults(run: Run, step: number): Otherwise[] {
  if (run.overview.mode !== 'timed') return [];
  const names = new Map<string, boolean>();
  for (const { name, from, until } of faultsOf(run)) names.set(name, (names.get(name) ?? false) || (from <= step && step < until));
  return [...names].map(([name, isOn]) => ({ words: `before it, the fault ${name} ${isOn ? 'ends' : 'begins'}`, step, lines: [`${isOn ? 'end' : 'begin'} ${name}`] }));
}

function otherwiseAt(run: Run, step: number): Otherwise[] {
  return [...aboutMessage(run, step), ...aboutNode(run, step), ...aboutFaults(run, step)];
}

/** The message that arrives at `step` arrives behind `behind` instead; nothing if it was not sent yet. */
function arrivesBehind(run: Run, step: number, behind: number): Otherwise | undefined {
  const message = messageName(run, step);
  if (!message || behind < run.cause[step]! || behind === step || behind === step - 1) return undefined;
  const words = `${message} arrives behind step ${behind}`;
  if (behind < step) return { words, step: behind + 1, lines: [`deliver ${message}`] };
  return { words, step, lines: [`hold ${message}`, `next ${behind - step}`, `release ${message}`, `deliver ${message}`] };
}

export function openWhatIf(view: View): void {
  const { run } = view;
  if (!run.source.makes) return notice("other ways on need 'stampede view': a file cannot make them");
  const { step } = view.shown;
  if (step <= run.overview.boots) return notice('a node has to start first: choose a later step');
  const own = el('textarea', { rows: 3, 'aria-label': 'Lines of a session', placeholder: 'or write lines, as in stampede step: crash r1' });
  const dialog = el('dialog', { class: 'question what-if', 'aria-label': 'What if' },
    el('h2', {}, `What if, instead of step ${step} (${sentence(run, step)}):`));
  const take = (otherwise: Otherwise) => {
    dialog.close();
    void tryOtherwise(view, otherwise);
  };
  const moveIt = async () => {
    dialog.close();
    const answer = await question(`Behind which step does the message arrive? It was sent at ${run.cause[step]}.`, String(step + 1));
    if (answer !== undefined) moveArrival(view, step, Number(answer));
  };
  const ownLines = () => own.value.split('\n').map((line) => line.trim()).filter(Boolean);
  dialog.append(
    el('ul', {}, ...otherwiseAt(run, step).map((otherwise) => el('li', {}, el('button', { click: () => take(otherwise) }, otherwise.words))),
      run.arrives(step) && el('li', {}, el('button', { click: () => void moveIt() }, 'it arrives behind another step …'))),
    own,
    el('form', { method: 'dialog' },
      el('button', { type: 'button', click: () => ownLines().length > 0 && take({ words: ownLines().join('; '), step, lines: ownLines() }) }, 'Go on with these lines'),
      el('button', {}, 'Close')));
  open(dialog);
}

/** The message of a step arrives elsewhere, if it can. */
export function moveArrival(view: View, step: number, behind: number): void {
  const otherwise = Number.isInteger(behind) ? arrivesBehind(view.run, step, behind) : undefined;
  if (otherwise) void tryOtherwise(view, otherwise);
  else notice(`the message of step ${step} cannot arrive there`);
}

/** What came of it, against what the run before it violates. */
function verdictOf(run: Run, { violations }: Made): string {
  if (violations.length === 0) return run.told ? 'it heals: nothing breaks' : 'nothing breaks';
  const before = new Set(run.overview.violations.map(({ property }) => property));
  const young = violations.filter(({ property }) => !before.has(property));
  const [first] = young.length > 0 ? young : violations;
  return `${young.length > 0 && run.told ? 'something else breaks' : 'it breaks'}: ${first!.property}${first!.step > 0 ? ` at step ${first!.step}` : ''}`;
}

async function tryOtherwise({ run }: View, { words, step, lines }: Otherwise): Promise<void> {
  const made = await work(`What if ${words}?`, `/runs/${run.overview.id}/what_if`, { step, lines });
  if (!made) return;
  location.hash = `run=${made.run}&with=${run.overview.id}`;
  notice(`run ${made.run}: ${verdictOf(run, made)}`);
}

export async function shrink({ run }: View): Promise<void> {
  if (!run.source.makes) return notice("shrinking needs 'stampede view': a file cannot do it");
  if (!run.told) return notice('nothing broke: there is nothing to shrink');
  const made = await work('The smallest run that fails alike', `/runs/${run.overview.id}/shrink`, {});
  if (!made) return;
  location.hash = `run=${made.run}`;
  notice(`run ${made.run} is made from run ${run.overview.id}`);
}
