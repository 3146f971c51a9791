// The commands of the page of a run.
import type { Commands } from './commands';
import { openKeys, openPalette, notice, question } from './dialogs';
import { download } from './dom';
import { faultsOf } from './lanes';
import { writeLink } from './link';
import type { PictureElement } from './picture';
import { markdown, savePng, saveSvg } from './report';
import { find } from './search';
import type { SearchBox } from './search_box';
import { openSql } from './sql_box';
import type { Story } from './story';
import { changesOf, messageOf } from './words';
import { openWhatIf, shrink } from './what_if';
import { isDark, setScheme } from './theme';
import { axes, type View } from './view';

export interface Parts {
  view: View;
  picture: PictureElement;
  story: Story;
  search: SearchBox;
}

const signs: [string, string][] = [
  ['●', 'a message is handled; a hollow one is ignored'],
  ['◇', 'a timer fires, or a message is copied'],
  ['▢', 'a save or the disk is done'],
  ['✕', 'a message is lost, a node crashes; in a red disc: a property breaks'],
  ['▷', 'a node starts; #2 is its second start'],
  ['▬', 'a band is an epoch; with a thick edge below where the node leads; dashed line: it does not take part'],
  ['┄', 'a dotted stub is a message that nobody receives'],
  ['▾', 'on an operation: where it takes effect, in one order that explains all results'],
  ['①', 'the sentence of the story with this number'],
];

export function addActions(commands: Commands, parts: Parts): void {
  addSteps(commands, parts.view);
  addMoments(commands, parts);
  addCones(commands, parts.view);
  addWindow(commands, parts);
  addKeeping(commands, parts);
  addOtherRuns(commands, parts.view);
  addQuestions(commands, parts.view);
  commands.add('search', 'Search steps', '/', () => parts.search.focus());
  commands.add('search.next', 'Next found step', '.', () => parts.search.next(1));
  commands.add('search.previous', 'Found step before', ',', () => parts.search.next(-1));
  commands.add('scheme', 'Light or dark', 't', () => {
    setScheme(isDark() ? 'light' : 'dark');
    parts.view.tell();
  });
  commands.add('palette', 'All commands', ':', () => openPalette(commands));
  commands.add('keys', 'Keys and signs', '?', () => openKeys(commands, signs));
}

function addSteps(commands: Commands, view: View): void {
  const isVisible = (step: number) => view.isVisible(step);
  const atNode = (step: number) => view.run.node[step] === view.run.node[view.shown.step] && view.isVisible(step);
  commands.add('step.next', 'Next step', 'j ArrowRight', () => view.go(view.next(1, isVisible)));
  commands.add('step.previous', 'Step before', 'k ArrowLeft', () => view.go(view.next(-1, isVisible)));
  commands.add('step.next-at-node', 'Next step at this node', 'J', () => view.go(view.next(1, atNode)));
  commands.add('step.previous-at-node', 'Step before at this node', 'K', () => view.go(view.next(-1, atNode)));
  commands.add('step.cause', 'The step that it comes from', 'u', () => view.go(view.run.cause[view.shown.step] || undefined));
  commands.add('step.first', 'First step', 'Home', () => view.go(1));
  commands.add('step.last', 'Last step', 'End', () => view.go(view.run.size));
  commands.add('step.go', 'Go to a step', 'g', async () => {
    const answer = Number(await question('Step number', String(view.shown.step)));
    if (answer >= 1 && answer <= view.run.size) view.go(Math.round(answer));
  });
  let playing: ReturnType<typeof setInterval> | undefined;
  const play = (stops: (step: number) => boolean, pause: number) => {
    clearInterval(playing);
    playing = setInterval(() => {
      const next = view.next(1, isVisible);
      view.go(next);
      if (next === undefined || stops(next)) {
        clearInterval(playing);
        playing = undefined;
      }
    }, pause);
  };
  commands.add('play', 'Play, or stop', 'Space', () => {
    if (playing === undefined) return play((step) => isViolation(view, step), 450);
    clearInterval(playing);
    playing = undefined;
  });
  commands.add('run-until', 'Go on until a condition holds', 'r', async () => {
    const query = await question('Until (as in a search: view_number>=2, kind:drop, words)', view.shown.query);
    if (!query) return;
    try {
      const found = new Set(await find(view.run, query, () => {}, () => false));
      const next = view.next(1, (step) => found.has(step));
      if (next !== undefined) return view.go(next);
      notice(`no later step fits '${query}'`);
    } catch (error) {
      notice(`not searched: ${messageOf(error)}`);
    }
  });
}

function isViolation(view: View, step: number): boolean {
  return view.run.overview.violations.some((violation) => violation.step === step);
}

function addMoments(commands: Commands, { view, story }: Parts): void {
  const { run } = view;
  const among = (direction: 1 | -1, steps: Iterable<number>) => {
    const set = new Set(steps);
    view.go(view.next(direction, (step) => set.has(step)));
  };
  const violations = () => run.overview.violations.map(({ step }) => step);
  const leaders = () => run.overview.looks.filter(([, , look], at, all) => look.leading && all[at - 1] !== undefined).map(([step]) => step);
  commands.add('violation.next', 'Next violation', 'n', () => among(1, violations()));
  commands.add('violation.previous', 'Violation before', 'N', () => among(-1, violations()));
  commands.add('violation.first', 'The first violation', '1', () => view.go(view.start));
  commands.add('fault.next', 'Next fault', ']', () => among(1, faultSteps(view)));
  commands.add('fault.previous', 'Fault before', '[', () => among(-1, faultSteps(view)));
  commands.add('leader.next', 'Next time that somebody leads', '}', () => among(1, leaders()));
  commands.add('leader.previous', 'Time before that somebody leads', '{', () => among(-1, leaders()));
  commands.add('story.next', 'Next sentence of the story', 'ArrowDown', () => among(1, story.lines.map(({ step }) => step)));
  commands.add('story.previous', 'Sentence before of the story', 'ArrowUp', () => among(-1, story.lines.map(({ step }) => step)));
}

function faultSteps({ run }: View): number[] {
  const kinds = ['crash', 'restart', 'pause', 'resume', 'wipe', 'clock', 'drop', 'corrupt', 'duplicate'];
  const steps = faultsOf(run).flatMap(({ from, until }) => [from, until]);
  for (let step = run.overview.boots + 1; step <= run.size; ++step) {
    if (kinds.includes(run.kind(step))) steps.push(step);
  }
  return steps;
}

function addCones(commands: Commands, view: View): void {
  commands.add('cone.core', 'At full strength: what the violation comes from', 'f', () => view.set({ cone: 'core' }));
  commands.add('cone.past', 'At full strength: what this step comes from', 'c', () => view.set({ cone: 'past' }));
  commands.add('cone.future', 'At full strength: what comes of this step', 'C', () => view.set({ cone: 'future' }));
  commands.add('cone.between', 'At full strength: what leads from the marked step to this one', 'i', () => {
    if (view.shown.mark === 0) return notice('mark a step first (m)');
    view.set({ cone: 'between' });
  });
  commands.add('cone.all', 'At full strength: everything', 'e', () => view.set({ cone: 'all' }));
  commands.add('mark', 'Mark this step, or unmark it', 'm', () => view.set({ mark: view.shown.mark === view.shown.step ? 0 : view.shown.step }));
  commands.add('only', 'Leave out what is not at full strength, or show it', 'x', () => view.set({ only: !view.shown.only }));
}

function addWindow(commands: Commands, { view, picture }: Parts): void {
  const pan = (share: number) => view.pan(view.shown.from + share * (view.shown.to - view.shown.from));
  commands.add('axis', 'Time axis: by number, by time, by causal depth', 'a', () => {
    const axis = axes[(axes.indexOf(view.shown.axis) + 1) % axes.length]!;
    view.set({ axis });
    notice(`time axis: ${{ index: 'number of the step', time: 'virtual time', depth: 'causal depth' }[axis]}`);
  });
  commands.add('window.in', 'Zoom in', '+ =', () => view.zoom(0.7, picture.middle));
  commands.add('window.out', 'Zoom out', '-', () => view.zoom(1 / 0.7, picture.middle));
  commands.add('window.left', 'Move the window left', 'h', () => pan(-0.25));
  commands.add('window.right', 'Move the window right', 'l', () => pan(0.25));
  commands.add('window.core', 'Window: the core', '0', () => view.set(view.coreWindow()));
  commands.add('window.whole', 'Window: the whole run', 'w', () => view.set(view.wholeWindow()));
  commands.add('lanes.all', 'Show all lanes in their first order', 'L', () => view.set({ hidden: [], order: [], pinned: [], collapsed: [] }));
  commands.add('lanes.watch', 'Watch a value in a lane of its own, or no more', 'v', async () => {
    const { watches } = view.shown;
    const expression = (await question('Member to watch (view_number, r1.log.length)', 'view_number'))?.trim().replaceAll(',', '');
    if (!expression) return;
    view.set({ watches: watches.includes(expression) ? watches.filter((each) => each !== expression) : [...watches, expression] });
  });
  commands.add('lanes.clients', 'Hide clients, or show them', 'o', () => {
    const { run } = view;
    const clients = run.overview.nodes.filter(({ role }) => role === 'client').map(({ name }) => name);
    const isHidden = clients.every((name) => view.shown.hidden.includes(name));
    const others = view.shown.hidden.filter((name) => !clients.includes(name));
    view.set({ hidden: isHidden ? others : [...others, ...clients] });
  });
}

function addQuestions(commands: Commands, view: View): void {
  const { run } = view;
  commands.add('provenance', 'Where a value came from', 'P', async () => {
    const usual = changesOf(run.stateBefore(run.node[view.shown.step]!, view.shown.step), run.state(run.node[view.shown.step]!, view.shown.step))[0]?.field ?? 'log';
    const [name = '', field = ''] = (await question('Node and member (r1.log)', `${run.name(run.node[view.shown.step]!)}.${usual}`))?.trim().split('.') ?? [];
    if (!name) return;
    if (run.nodeOf(name) < 0 || !field) return notice(`'${name}.${field}' is no member of a node`);
    view.trace({ node: run.nodeOf(name), field });
  });
  commands.add('sql', 'Ask the database in SQL', 'Q', () => (run.source.makes ? openSql(view) : notice("SQL needs 'stampede view': a file holds no database")));
}

function addOtherRuns(commands: Commands, view: View): void {
  commands.add('what-if', 'What if something else had happened at this step', 'W', () => openWhatIf(view));
  commands.add('shrink', 'Make the smallest run that fails alike', 'S', () => void shrink(view));
  commands.add('compare', 'Compare with another run', 'd', async () => {
    if (!view.run.source.makes) return notice("comparing needs 'stampede view': a file holds one run");
    const other = await question('Number of the other run', String(view.run.overview.parent ?? ''));
    if (other && /^\d{1,15}$/.test(other)) location.hash = `run=${view.run.overview.id}&with=${other}`;
  });
}

async function copy(words: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(words);
    notice(`${what} copied`);
  } catch {
    download(`${what}.txt`, new Blob([words], { type: 'text/plain' }));
  }
}

function addKeeping(commands: Commands, { view, story }: Parts): void {
  commands.add('link.copy', 'Copy the link to what is shown', 'y', () => copy(location.href.replace(/#.*/, '') + writeLink(view), 'link'));
  commands.add('report.copy', 'Copy a report in Markdown', 'b', () => copy(markdown(view, story.lines), 'report'));
  commands.add('picture.svg', 'Save the picture as SVG', 's', () => saveSvg(view));
  commands.add('picture.png', 'Save the picture as PNG', 'p', () => savePng(view));
  commands.add('print', 'Print', undefined, () => print());
  commands.add('home', 'All runs', 'H', () => {
    location.hash = '';
  });
}
