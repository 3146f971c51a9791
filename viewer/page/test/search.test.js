// Searches by words and fields: whoever serves a run knows its fields, a file looks into its parts, and both find the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { becomes, goesTo, Stage, textOf } from './stage.js';

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
