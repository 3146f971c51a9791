// What can be asked of a run beside what is shown: rows of steps, values and where they came from, SQL; and lanes that are made so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { becomes, goesTo, hasLanes, shows, Stage, textOf } from './stage.js';

const stage = new Stage();
let address;

before(async () => {
  await stage.open();
  address = await stage.serve(stage.run('bugs/vrr-state-transfer-truncates'));
});
after(() => stage.close());

const hasFound = (lanes) => lanes.includes('found');

test('a row of steps is found where each comes of the one before', async () => {
  const page = await stage.showRun(address);
  for (const [query, found] of [
    ['type:CommitTimeout -> type:Commit', 1], ['type:Commit -> type:CommitTimeout', 0], ['type:Request -> type:Prepare -> type:Reply', 1],
    ['type:Prepare !-> type:StartViewChange', 0], ['type:Commit !-> type:StartViewChange', 2], ['type:Request -> kind:fire', 2], ['type:zebra !-> kind:fire', 3],
  ]) {
    await page.fill('.search input', query);
    await textOf(page, '.search output', `${found} found`);
  }
  await hasLanes(page, hasFound);
  await page.fill('.search input', '');
  await page.waitForFunction(() => !document.querySelector('[data-lane="found"]'));
  await page.context().close();
});

test('a value says where it came from, by a click and by a key', async () => {
  const page = await stage.showRun(address);
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.type('13');
  await page.keyboard.press('Enter');
  await goesTo(page, 13);
  await page.keyboard.press('P');
  await page.fill('.question input', 'r1.log');
  await page.keyboard.press('Enter');
  const origins = page.locator('.provenance li');
  for (const [at, words] of [/r1's log gains 1: r1 receives DoViewChange from r0/, /DoViewChange from r0 carries it/, /r0's log gains 1: r0 receives Request from c0/, /Request from c0 carries it/].entries())
    await becomes(() => origins.nth(at).textContent(), words);
  await origins.nth(2).locator('button').click();
  await goesTo(page, 6);
  await page.click('.provenance h2 button');
  await page.waitForSelector('.provenance', { state: 'hidden' });
  await page.click('.sheet td:has-text("put x 1") >> nth=0');
  await page.waitForSelector('.provenance', { state: 'visible' });
  await page.context().close();
});

test('values are watched, lanes are folded and pinned, and the link holds it', async () => {
  const page = await stage.showRun(address);
  await page.keyboard.press('v');
  await page.fill('.question input', 'r1.view_number');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-lane="r1.view_number"]');
  await page.focus('[data-lane="r2"]');
  await page.keyboard.press('p');
  await hasLanes(page, ['r2', 'c0', 'r0', 'r1', 'r1.view_number']);
  await page.focus('[data-lane="r0"]');
  await page.keyboard.press('z');
  await shows(page, 'collapsed', 'r0');
  await page.waitForFunction(() => location.hash === document.body.dataset.link);
  const again = await stage.showRun(page.url());
  await hasLanes(again, ['r2', 'c0', 'r0', 'r1', 'r1.view_number']);
  await shows(again, 'collapsed', 'r0');
  await again.focus('[data-lane="r1.view_number"]');
  await again.keyboard.press('Delete');
  await again.keyboard.press('L');
  await hasLanes(again, ['c0', 'r0', 'r1', 'r2']);
  await page.context().close();
  await again.context().close();
});

test('SQL is answered with links and lanes, and what is wrong is said', async () => {
  const page = await stage.showRun(address);
  await page.keyboard.press('Q');
  await page.fill('.sql textarea', "SELECT step, type, '<img src=x onerror=alert(1)>' AS hostile FROM event WHERE kind = 'fire'");
  await page.keyboard.press('Control+Enter');
  await page.waitForSelector('.sql table');
  await becomes(() => page.locator('.sql tbody tr').count(), 3);
  assert.equal(await page.locator('.sql img').count(), 0);
  await page.click('.sql button:has-text("as a lane")');
  await hasLanes(page, hasFound);
  await page.keyboard.press('Q');
  await page.fill('.sql textarea', 'DELETE FROM run');
  await page.click('.sql button:has-text("Ask")');
  await page.waitForSelector('.sql .failed');
  for (const question of await page.locator('.sql .asked button').all()) {
    await question.click();
    await page.waitForSelector('.sql table');
  }
  await page.context().close();
});

test('the page of all runs follows a database that grows', async () => {
  const database = stage.sweep('bugs/vrr-state-transfer-truncates-random', '1..10');
  const page = await stage.show((await stage.serve(database)).replace(/#.*/, ''));
  await page.waitForSelector('.home h1');
  const before = await page.textContent('.home h1');
  stage.sweep('bugs/vrr-state-transfer-truncates-random', '11..40');
  await textOf(page, '.home h1', (now) => now !== before);
  await page.context().close();
});

test('a run that is asked for while all runs are looked up stays', async () => {
  const page = await stage.show('about:blank');
  let answer;
  const isHeld = new Promise((held) => {
    page.route('**/sql', async (route) => {
      if (!answer && route.request().postData().includes('group_concat')) {
        await new Promise((done) => {
          answer = done;
          held();
        });
      }
      await route.continue();
    });
  });
  await page.goto(address.replace(/#.*/, ''));
  await isHeld;
  await page.evaluate(() => {
    location.hash = '#run=1';
  });
  await page.waitForSelector('body[data-ready]', { timeout: 240_000 });
  const last = page.waitForResponse((response) => response.request().postData()?.includes('parent IS NOT NULL'));
  answer();
  await (await last).finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal(await page.locator('.home').count(), 0);
  assert.equal(await page.locator('section.picture').count(), 1);
  await page.context().close();
});

test('nothing was complained of', () => assert.deepEqual(stage.complaints.filter((words) => !/422/.test(words)), []));
