// The page in a browser: what is there without a click, everything by keyboard, served and as a file.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { linkOf, Stage, stepOf } from './stage.js';

const stage = new Stage();
const runs = [
  { model: 'viewstamped', property: 'durability', store: () => stage.run('bugs/vrr-state-transfer-truncates') },
  { model: 'multi_paxos', property: 'chosen-stays', store: () => stage.sweep('bugs/multi-paxos-adopts-first-vote-random', '7..7') },
  { model: 'primary_backup', property: 'primary-backup/backup-is-ahead', store: () => stage.sweep('bugs/primary-backup-answers-before-backup-random', '1..1') },
];

before(() => stage.open());
after(() => stage.close());

const pressed = async (page, key) => {
  await page.keyboard.press(key);
  return stepOf(page);
};

for (const { model, property, store } of runs) {
  describe(model, () => {
    let database;
    before(() => {
      database = store();
    });

    for (const [way, address] of [['served', () => stage.serve(database)], ['as a file', () => stage.keep(database)]]) {
      test(`${way}: verdict, picture, states and story are there without a click`, async () => {
        const page = await stage.showRun(await address());
        const heading = await page.textContent('section.verdict h1');
        assert.ok(heading.includes(property), heading);
        assert.ok(heading.length > property.length + 10);
        assert.ok((await page.locator('.defect').count()) > 0);
        for (const part of ['.strip canvas', '.picture canvas', '.sheet table', '.story li']) assert.ok(await page.locator(part).first().isVisible(), part);
        assert.ok((await page.locator('.story li').count()) >= 4);
        assert.ok((await page.locator('.lanes button').count()) >= 4);
        const painted = await page.evaluate(() => {
          const canvas = document.querySelector('.picture canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          return new Set(new Uint32Array(data.buffer)).size;
        });
        assert.ok(painted > 50, `${painted} colours`);
        // The window holds the story, and not what lies behind it.
        assert.ok(Number(/^(\d+) of/.exec(await page.textContent('.picture .note'))[1]) >= 8, await page.textContent('.picture .note'));
        await page.context().close();
      });

      test(`${way}: every command can be done by its key`, async () => {
        const page = await stage.showRun(await address());
        const first = await stepOf(page);
        const before = await pressed(page, 'k');
        assert.ok(before < first);
        assert.ok((await pressed(page, 'j')) > before);
        const node = await pressed(page, 'K');
        assert.ok(node < first);
        assert.equal(await pressed(page, '1'), first);
        assert.equal(await pressed(page, 'Home'), 1);
        await page.keyboard.press('g');
        await page.keyboard.type('9');
        assert.equal(await pressed(page, 'Enter'), 9);
        for (const [key, cone] of [['c', 'past'], ['C', 'future'], ['e', 'all'], ['f', null]]) {
          await page.keyboard.press(key);
          assert.equal((await linkOf(page)).get('cone'), cone);
        }
        await page.keyboard.press('m');
        assert.equal((await linkOf(page)).get('mark'), '9');
        await pressed(page, 'End');
        await page.keyboard.press('i');
        assert.equal((await linkOf(page)).get('cone'), 'between');
        const only = (await linkOf(page)).get('only');
        await page.keyboard.press('x');
        assert.notEqual((await linkOf(page)).get('only'), only);
        await page.keyboard.press('e');
        for (const axis of ['time', 'depth', null]) {
          await page.keyboard.press('a');
          assert.equal((await linkOf(page)).get('axis'), axis);
        }
        await page.keyboard.press('w');
        const whole = await linkOf(page);
        await page.keyboard.press('+');
        const closer = await linkOf(page);
        assert.ok(closer.get('to') - closer.get('from') < whole.get('to') - whole.get('from'));
        for (const key of ['-', 'h', 'l', '0', ']', '[', '}', '{', 'n', 'N', 'u', 't', 't', 'ArrowUp', 'ArrowDown', 'o', 'o', '.', ',']) await page.keyboard.press(key);
        await page.keyboard.press('?');
        assert.ok(await page.locator('dialog.keys-list').isVisible());
        await page.keyboard.press('Escape');
        await page.context().close();
      });
    }
  });
}

describe('one run', () => {
  let address;
  before(() => {
    address = stage.keep(stage.run('bugs/vrr-state-transfer-truncates'));
  });

  test('each sentence of the story leads to its step', async () => {
    const page = await stage.showRun(address);
    const sentences = page.locator('.story li button');
    const steps = new Set();
    for (let at = 0; at < (await sentences.count()); ++at) {
      await sentences.nth(at).click();
      steps.add(await stepOf(page));
      assert.ok(await page.locator('.story li.now').first().isVisible());
    }
    assert.ok(steps.size >= 4);
    assert.ok(steps.has(21));
    await page.context().close();
  });

  test('a step shows what it changed, where it comes from and what became of what it sent', async () => {
    const page = await stage.showRun(`${address}#run=1&step=15`);
    assert.match(await page.textContent('.step h2'), /step 15\s*r2 receives Commit from r1/);
    assert.match(await page.textContent('.sheet td.changed >> nth=1'), /put x 1/);
    assert.match(await page.textContent('.effects'), /sends GetState to r1 never arrives/);
    await page.click('.step .links button >> nth=0');
    assert.equal(await stepOf(page), 14);
    await page.context().close();
  });

  test('a link brings back all that is shown', async () => {
    const page = await stage.showRun(address);
    for (const key of ['k', 'k', 'c', 'a', '+']) await page.keyboard.press(key);
    await page.locator('.lanes button', { hasText: 'c0' }).focus();
    await page.keyboard.press('Delete');
    await page.locator('.lanes button', { hasText: 'r2' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    const link = String(await linkOf(page));
    await page.waitForFunction(() => location.hash === document.body.dataset.link);
    const again = await stage.showRun(page.url());
    assert.equal(String(await linkOf(again)), link);
    assert.deepEqual(await again.locator('.lanes button').evaluateAll((names) => names.map((name) => name.dataset.lane)), ['r0', 'r2', 'r1']);
    await page.context().close();
    await again.context().close();
  });

  test('searches find by words, by what a step is, and by fields', async () => {
    const page = await stage.showRun(address);
    for (const [query, found, step] of [['commit r2', null, null], ['kind:fire', 3, 10], ['type:DoViewChange view_number>=2', 1, 19], ['zebra', 0, null]]) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Home');
      await page.keyboard.press('/');
      await page.keyboard.type(query);
      await page.waitForFunction((words) => document.querySelector('.search output').textContent.includes(words), found === null ? 'found' : `${found} found`);
      await page.keyboard.press('Enter');
      if (step !== null) assert.equal(await stepOf(page), step);
      await page.locator('.search input').fill('');
    }
    await page.context().close();
  });

  test('run until, the palette and playing go where they should', async () => {
    const page = await stage.showRun(address);
    await page.keyboard.press('Home');
    await page.keyboard.press('r');
    await page.keyboard.type('node:r2 view_number>=1');
    await page.keyboard.press('Enter');
    assert.equal(await stepOf(page), 15);
    await page.keyboard.press(':');
    await page.keyboard.type('causal depth');
    await page.keyboard.press('Enter');
    assert.equal((await linkOf(page)).get('axis'), 'time');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => Number(document.body.dataset.step) >= 4);
    await page.keyboard.press('Space');
    await page.context().close();
  });

  test('a click on an arrow chooses its step, and the wheel zooms', async () => {
    const page = await stage.showRun(`${address}#run=1&step=15`);
    const box = await page.locator('.picture canvas').boundingBox();
    const cursor = async () => page.evaluate(() => document.querySelector('.picture canvas').getAttribute('aria-label'));
    const before = await cursor();
    for (let x = 40; x < box.width - 40; x += 15) await page.mouse.click(box.x + x, box.y + box.height * 0.42);
    assert.notEqual(await cursor(), before);
    const wide = await linkOf(page);
    await page.mouse.move(box.x + 300, box.y + 100);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    const close = await linkOf(page);
    assert.ok(close.get('to') - close.get('from') < wide.get('to') - wide.get('from'));
    await page.context().close();
  });

  test('picture and report can be taken away', async () => {
    const page = await stage.showRun(address);
    for (const [key, ending] of [['s', 'svg'], ['p', 'png']]) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press(key)]);
      assert.equal(download.suggestedFilename(), `vrr-state-transfer-truncates-0.${ending}`);
    }
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.keyboard.press('b');
    const report = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(report, /^# vrr-state-transfer-truncates: operation c0.1 was acknowledged/);
    assert.match(report, /stampede run .*vrr-state-transfer-truncates.yaml --seed 0/);
    await page.context().close();
  });
});

test('the first page lists runs, and those that fail alike together', async () => {
  const database = stage.sweep('bugs/vrr-state-transfer-truncates-random', '1..40');
  const page = await stage.show((await stage.serve(database)).replace(/#.*/, ''));
  await page.waitForSelector('.failures a');
  assert.match(await page.textContent('.home h1'), /kinds? of failure in \d+ runs?/);
  await page.click('.failures a >> nth=0');
  await page.waitForSelector('body[data-ready]');
  await page.keyboard.press('H');
  await page.waitForSelector('.failures');
  await page.context().close();
});

test('nothing was complained of', () => assert.deepEqual(stage.complaints, []));
