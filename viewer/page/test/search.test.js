// Searches by words and fields: whoever serves a run knows its fields, a file looks into its parts, and both find the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { becomes, goesTo, root, Stage, textOf } from './stage.js';

const stage = new Stage();

before(() => stage.open());
after(() => stage.close());

async function foundBy(page, query) {
  await page.fill('.search input', '');
  await textOf(page, '.search output', '');
  await page.fill('.search input', query);
  return becomes(() => page.textContent('.search output'), / found$/);
}

const everywhere = ['prepare', 'lost', 'zebra', 'put', 'x', 'status', 'log:put', 'kind:drop', 'step>=40 kind:fire', 'value=null', 'invoke', 'probe:', 'kind:begin -> log:x'];

for (const [scenario, queries] of [
  ['bugs/vrr-state-transfer-truncates', ['view_number >= 1', 'r1.view_number>=1', 'R1.view_number = 1 status:normal', 'view_number>=1 !-> type:Commit', 'client_table']],
  ['bugs/multi-paxos-forgets-votes', ['ballot:1', 'r1.ballot:1', 'slot >= 2', 'votes', 'r9.ballot:1']],
  ['bugs/primary-backup-answers-before-backup', ['view >= 1', 'backup', 'operation:put']],
]) {
  test(`a search of ${scenario} finds the same in what is served and in a file`, async () => {
    const database = stage.run(scenario);
    // A story is not waited for.
    const [served, kept] = [await stage.show(await stage.serve(database)), await stage.show(stage.keep(database))];
    let most = 0;
    for (const query of [...everywhere, ...queries]) {
      const found = await foundBy(served, query);
      assert.equal(await foundBy(kept, query), found, query);
      most = Math.max(most, parseInt(found, 10));
    }
    assert.ok(most > 3);
    await served.context().close();
    await kept.context().close();
  });
}

/** A scenario of the catalogue, otherwise. */
function otherwise(scenario, name, ...changes) {
  const text = readFileSync(join(root, `scenarios/catalogue/${scenario}.yaml`), 'utf8');
  return stage.file(`${name}.yaml`, changes.reduce((changed, [from, to]) => {
    assert.match(changed, from);
    return changed.replaceAll(from, to);
  }, text));
}

test('the same is found where a node is down when a part begins, and of what broke at the end', async () => {
  const always = /(crash: \{ nodes: \{ random: 1 \}, every: \{ mean: 300ms \}.*), chance: .*\}/g;
  const scenario = otherwise('viewstamped/swarm', 'part', [/^liveness: .*/gm, 'liveness: { faults_stop: 1s, within: 1ms }'], [/^expect: .*/gm, 'expect: { violation: liveness }'], [/operations: .*/g, 'operations: 300'], [always, '$1 }']);
  const database = stage.run(scenario, '--seed', '1');
  const [served, kept] = [await stage.show(await stage.serve(database)), await stage.show(stage.keep(database))];
  // r2 is down from 992 to 1,004, and a part begins with 1,001.
  for (const query of ['kind:crash step=992 node:r2', 'kind:restart step=1004 node:r2']) assert.equal(await foundBy(kept, query), '1 found');
  for (const query of ['r2.status!=x step=1004', 'view_number>=0', 'view_number = 0', 'status:recovering', 'violation:liveness', 'liveness', 'log', '1']) {
    const found = await foundBy(kept, query);
    assert.notEqual(found, '0 found', query);
    assert.equal(await foundBy(served, query), found, query);
  }
  await served.context().close();
  await kept.context().close();
});

test('null is found as such, and is neither less nor more than a number', async () => {
  const database = stage.run('bugs/vrr-state-transfer-truncates');
  const [served, kept] = [await stage.show(await stage.serve(database)), await stage.show(stage.keep(database))];
  for (const page of [served, kept]) {
    // A client that has its answer waits for none.
    assert.notEqual(await foundBy(page, 'outstanding=null'), '0 found');
    assert.equal(await foundBy(page, 'outstanding=null node:r0'), '0 found');
    for (const query of ['outstanding>=0', 'outstanding<=0']) assert.equal(await foundBy(page, query), '0 found', query);
    await page.context().close();
  }
});

test('letters of any language are found as they are written, and lengths are those of bytes', async () => {
  const scenario = otherwise('bugs/vrr-state-transfer-truncates', 'letters', [/\[x, 1\]/g, `[Äpfel, ${'é'.repeat(150)}]`]);
  const database = stage.run(scenario);
  const [served, kept] = [await stage.show(await stage.serve(database)), await stage.show(stage.keep(database))];
  for (const [query, isFound] of [['Äpfel', true], ['put=Äpfel', true], ['ÄPFEL', true], ['äpfel', false], ['put:ééé', false], ['operation!=x', false], ['log', true]]) {
    const found = await foundBy(kept, query);
    assert.equal(found !== '0 found', isFound, query);
    assert.equal(await foundBy(served, query), found, query);
  }
  await served.context().close();
  await kept.context().close();
});

test('a search that cannot be done says so', async () => {
  const page = await stage.showRun(await stage.serve(stage.run('bugs/vrr-state-transfer-truncates')));
  await foundBy(page, 'view_number >= 1');
  await page.route('**/fields*', (route) => route.fulfill({ status: 422, json: { error: 'refused', hint: '' } }));
  await page.fill('.search input', 'view_number >= 2');
  await textOf(page, '.search output', 'not searched: refused');
  await page.keyboard.press('Escape');
  await page.keyboard.press('r');
  await page.fill('.question input', 'view_number>=2');
  await page.keyboard.press('Enter');
  await textOf(page, '.notice', /not searched: refused/);
  stage.complaints.splice(0, Infinity, ...stage.complaints.filter((words) => !/422/.test(words)));
  await page.context().close();
});

test('a field is found where it becomes what is asked for, and a run goes on until then', async () => {
  const page = await stage.showRun(await stage.serve(stage.run('bugs/vrr-state-transfer-truncates')));
  assert.equal(await foundBy(page, 'r1.view_number >= 2'), '1 found');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await goesTo(page, 1);
  await page.keyboard.press('.');
  const found = await goesTo(page, (step) => step > 1);
  await page.keyboard.press('Home');
  await goesTo(page, 1);
  await page.keyboard.press('r');
  await page.fill('.question input', 'r1.view_number>=2');
  await page.keyboard.press('Enter');
  await goesTo(page, found);
  await page.context().close();
});

test('nothing was complained of', () => assert.deepEqual(stage.complaints, []));
