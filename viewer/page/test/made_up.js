// A made-up run of any length, as a page of its own or served: 5 replicas and 2 clients that send to each other round and round.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { root } from './stage.js';

const nodes = [...Array.from({ length: 5 }, (_, at) => ({ name: `r${at}`, role: 'replica' })), { name: 'c0', role: 'client' }, { name: 'c1', role: 'client' }];
const stepsInPart = 1000;

const timeOf = (step) => (step - 1) * 1e5;
const columnWidths = [8, 4, 4, 4, 4, 2, 2, 1];

function columnsOf(steps) {
  const starts = columnWidths.map((_, at) => columnWidths.slice(0, at).reduce((sum, width) => sum + width * steps, 0));
  const bytes = new DataView(new ArrayBuffer(29 * steps));
  const last = nodes.map(() => 0);
  for (let at = 0; at < steps; ++at) {
    const step = at + 1;
    const node = (at * 7 + (at >> 3)) % nodes.length;
    const cause = at < 10 ? 0 : step - 1 - (at % 9);
    bytes.setFloat64(starts[0] + at * 8, timeOf(step), true);
    [cause, last[node], at % 5, 1].forEach((value, column) => bytes.setUint32(starts[1 + column] + at * 4, value, true));
    bytes.setUint16(starts[5] + at * 2, node, true);
    bytes.setUint16(starts[6] + at * 2, (node + 3) % nodes.length, true);
    bytes.setUint8(starts[7] + at, at % 17 === 0 ? 1 : 0);
    last[node] = step;
  }
  return new Uint8Array(bytes.buffer);
}

/** Of the steps from first to last. */
function someOf(columns, first, last) {
  const steps = columns.length / 29;
  let start = 0;
  return Buffer.concat(columnWidths.map((width) => {
    const some = columns.subarray(start + (first - 1) * width, start + last * width);
    start += width * steps;
    return some;
  }));
}

function partOf(part, steps) {
  const first = part * stepsInPart + 1;
  const count = Math.min(stepsInPart, steps - first + 1);
  const states = nodes.map(({ name }) => [name, { to: { view_number: part >> 6, log: [part], status: 'normal' } }]);
  return { first, states, steps_from: first, steps: Array.from({ length: count }, (_, at) => ({ nth: at, detail: { view_number: part >> 6, op_number: first + at }, effects: [] })) };
}

function overviewOf(steps) {
  return {
    steps, boots: 0, steps_in_part: stepsInPart, id: 1, seed: '1', mode: 'timed', overrides: [], recorded_by: 'x', told_by: 'x', nodes,
    scenario: { name: 'made-up', file: 'made-up.yaml', text: '', about: '', model: 'none', defects: [] },
    verdict: 'violated', undecided: [], vacuous: [], virtual_time: '100s', told: 'p',
    violations: [{ property: 'p', step: steps, message: 'made up', nodes: [] }],
    turns: [], pace: Array.from({ length: 2000 }, (_, at) => timeOf(1 + Math.floor((at * (steps - 1)) / 1999))),
    operations: [], kinds: ['deliver', 'ignore'], types: ['Prepare', 'PrepareOk', 'Commit', 'Request', 'Reply'],
    looks: nodes.slice(0, 5).flatMap((_, node) => Array.from({ length: 200 }, (__, at) => [1 + at * Math.floor(steps / 200), node, { operational: true, leading: node === at % 5, recovering: false, epoch: at, log: at, committed: at, executed: at }])).sort(([one], [other]) => one - other),
  };
}

/** What the server tells of the field view_number: that of all messages, which have one value each. */
function viewNumbersOf(steps) {
  const viewOf = (at) => Math.floor(at / stepsInPart) >> 6;
  const numbers = new Uint32Array(1 + 2 * steps);
  numbers[0] = steps;
  for (let at = 0; at < steps; ++at) {
    numbers[1 + at] = at + 1;
    numbers[1 + steps + at] = viewOf(at);
  }
  return Buffer.concat([Buffer.from(numbers.buffer), Buffer.from(JSON.stringify(Array.from({ length: viewOf(steps - 1) + 1 }, (_, view) => view)))]);
}

const emptyPage = () => readFileSync(join(root, 'viewer/dist/page.html'), 'utf8');

/**
 * Serves it as `stampede view` does, and everything at once; answers with its address, and what ends it. The first so many answers
 * to a path may fail.
 */
export function serveMadeUp(steps, { path, times } = { path: '', times: 0 }) {
  let refused = 0;
  const columns = columnsOf(steps);
  const kept = { '/': emptyPage(), '/runs/1': JSON.stringify(overviewOf(steps)), '/runs/1/columns': columns, '/runs/1/fields?name=view_number': viewNumbersOf(steps), '/runs/1/story': 'null', '/runs/1/no_return': 'null' };
  const answerTo = (url) => {
    const [, first, last] = /columns\/(\d+)-(\d+)/.exec(url) ?? [];
    return first ? someOf(columns, Number(first), Number(last)) : kept[url];
  };
  const server = createServer(({ url }, answer) => {
    if (url === path && refused++ < times) return answer.writeHead(500).end('{"error":"refused","hint":""}');
    answer.end(answerTo(url) ?? JSON.stringify(partOf(Number(/parts\/(\d+)/.exec(url)?.[1] ?? 0), steps)));
  });
  // A test that fails before its end must not keep the program up: it would be out of its time instead.
  server.unref();
  return new Promise((tell) => server.listen(0, '127.0.0.1', () => tell({ address: `http://127.0.0.1:${server.address().port}/#run=1`, end: () => server.close() })));
}

/** Of the parts only the first and the last are there: nobody looks at the others. */
export function madeUpPage(steps) {
  const packed = (value) => deflateSync(value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64');
  const last = Math.ceil(steps / stepsInPart) - 1;
  const run = {
    overview: packed(overviewOf(steps)), columns: packed(columnsOf(steps)),
    parts: Array.from({ length: last + 1 }, (_, part) => (part === 0 || part === last ? packed(partOf(part, steps)) : '')),
    story: packed(null), no_return: packed(null),
  };
  return emptyPage().replace('<script id="run" type="application/json">null</script>', () => `<script id="run" type="application/json">${JSON.stringify(run)}</script>`);
}
