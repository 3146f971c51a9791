// The page in a browser: what is there without a click, everything by keyboard, served and as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { becomes, goesTo, hasLanes, linkOf, shows, Stage, stepOf, textOf } from './stage.js';

const stage = new Stage();
const runs = [
  { model: 'viewstamped', property: 'durability', store: () => stage.run('bugs/vrr-state-transfer-truncates') },
  { model: 'multi_paxos', property: 'chosen-stays', store: () => stage.sweep('bugs/multi-paxos-adopts-first-vote-random', '7..7') },
  { model: 'primary_backup', property: 'primary-backup/backup-is-ahead', store: () => stage.sweep('bugs/primary-backup-answers-before-backup-random', '1..1') },
];

before(() => stage.open());
after(() => stage.close());

/** Presses the key, and says which step that leads to. */
const pressed = async (page, key, wanted) => {
  await page.keyboard.press(key);
  return goesTo(page, wanted);
};
const widthOf = (link) => link.get('to') - link.get('from');
const narrows = (page, before) => becomes(async () => widthOf(await linkOf(page)), (width) => width < widthOf(before));

for (const { model, property, store } of runs) {
  describe(model, () => {
    let database;
    before(() => {
      database = store();
    });

    for (const [way, address] of [['served', () => stage.serve(database)], ['as a file', () => stage.keep(database)]]) {
      // A story can take long: both tests look at one page.
      let page;

      test(`${way}: verdict, picture, states and story are there without a click`, async () => {
        page = await stage.showRun(await address());
        const heading = await page.textContent('section.verdict h1');
        assert.ok(heading.includes(property), heading);
        assert.ok(heading.length > property.length + 10);
        assert.ok((await page.locator('.defect').count()) > 0);
        for (const part of ['.strip canvas', '.picture canvas', '.sheet table', '.story li']) await page.waitForSelector(part);
        assert.ok((await page.locator('.story li').count()) >= 4);
        assert.ok((await page.locator('.lanes button').count()) >= 4);
        const colours = () =>
          page.evaluate(() => {
            const canvas = document.querySelector('.picture canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
          });
        await becomes(colours, (count) => count > 50);
        // The window holds the story, and not what lies behind it.
        await textOf(page, '.picture .note', (note) => Number(/^(\d+) of/.exec(note)?.[1]) >= 8);
      });

      test(`${way}: every command can be done by its key`, async () => {
        const first = await stepOf(page);
        const before = await pressed(page, 'k', (step) => step < first);
        await pressed(page, 'j', (step) => step > before);
        await pressed(page, 'K', (step) => step < first);
        await pressed(page, '1', first);
        await pressed(page, 'Home', 1);
        await page.keyboard.press('g');
        await page.keyboard.type('9');
        await pressed(page, 'Enter', 9);
        for (const [key, cone] of [['c', 'past'], ['C', 'future'], ['e', 'all'], ['f', null]]) {
          await page.keyboard.press(key);
          await shows(page, 'cone', cone);
        }
        await page.keyboard.press('m');
        await shows(page, 'mark', '9');
        await pressed(page, 'End', (step) => step > 9);
        await page.keyboard.press('i');
        await shows(page, 'cone', 'between');
        const only = (await linkOf(page)).get('only');
        await page.keyboard.press('x');
        await shows(page, 'only', (now) => now !== only);
        await page.keyboard.press('e');
        for (const axis of ['time', 'depth', null]) {
          await page.keyboard.press('a');
          await shows(page, 'axis', axis);
        }
        await page.keyboard.press('w');
        const whole = await linkOf(page);
        await page.keyboard.press('+');
        await narrows(page, whole);
        for (const key of ['-', 'h', 'l', '0', ']', '[', '}', '{', 'n', 'N', 'u', 't', 't', 'ArrowUp', 'ArrowDown', 'o', 'o', '.', ',']) await page.keyboard.press(key);
        await page.keyboard.press('?');
        await page.waitForSelector('dialog.keys-list');
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
      await becomes(() => page.locator('.story li').nth(at).getAttribute('class'), /now/);
      steps.add(await stepOf(page));
    }
    assert.ok(steps.size >= 4);
    assert.ok(steps.has(21));
    await page.context().close();
  });

  test('a step shows what it changed, where it comes from and what became of what it sent', async () => {
    const page = await stage.showRun(`${address}#run=1&step=15`);
    await textOf(page, '.step h2', /step 15\s*r2 receives Commit from r1/);
    await textOf(page, '.sheet td.changed >> nth=1', /put x 1/);
    await textOf(page, '.effects', /sends GetState to r1 never arrives/);
    await page.click('.step .links button >> nth=0');
    await goesTo(page, 14);
    await page.context().close();
  });

  test('a link brings back all that is shown', async () => {
    const page = await stage.showRun(address);
    for (const key of ['k', 'k', 'c', 'a', '+']) await page.keyboard.press(key);
    await page.locator('.lanes button', { hasText: 'c0' }).focus();
    await page.keyboard.press('Delete');
    await hasLanes(page, ['r0', 'r1', 'r2']);
    await page.locator('.lanes button', { hasText: 'r2' }).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await hasLanes(page, ['r0', 'r2', 'r1']);
    await page.waitForFunction(() => location.hash === document.body.dataset.link);
    const link = String(await linkOf(page));
    const again = await stage.showRun(page.url());
    await becomes(async () => String(await linkOf(again)), link);
    await hasLanes(again, ['r0', 'r2', 'r1']);
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
      if (step !== null) await goesTo(page, step);
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
    await goesTo(page, 15);
    await page.keyboard.press(':');
    await page.keyboard.type('causal depth');
    await page.keyboard.press('Enter');
    await shows(page, 'axis', 'time');
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
    await becomes(cursor, (now) => now !== before);
    const wide = await linkOf(page);
    await page.mouse.move(box.x + 300, box.y + 100);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    await narrows(page, wide);
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
    const report = await becomes(() => page.evaluate(() => navigator.clipboard.readText()), /^# vrr-state-transfer-truncates: operation c0.1 was acknowledged/);
    assert.match(report, /stampede run .*vrr-state-transfer-truncates.yaml --seed 0/);
    await page.context().close();
  });
});

test('green marks say where operations take effect, in an order that explains all results', async () => {
  const page = await stage.showRun(stage.keep(stage.run('viewstamped/primary-crash', '--seed', '1')));
  await page.keyboard.press('e');
  await page.keyboard.press('w');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('s')]);
  const green = await page.evaluate(() => {
    const sample = document.body.appendChild(document.createElement('i'));
    sample.style.color = 'var(--good)';
    return getComputedStyle(sample).color;
  });
  const svg = readFileSync(await download.path(), 'utf8');
  const marks = [...svg.matchAll(/<path d="M([\d.]+) [\d.]+L([\d.]+) [^"]*"[^>]*stroke="([^"]+)"/g)].filter(([, from, to, colour]) => from === to && colour === green);
  assert.ok(marks.length >= 3, `${marks.length} marks`);
  await page.context().close();
});

test('the first page lists runs, and those that fail alike together, and leads to what sweeps covered', async () => {
  const database = stage.sweep('bugs/vrr-state-transfer-truncates-random', '1..40');
  const page = await stage.show((await stage.serve(database)).replace(/#.*/, ''));
  await page.waitForSelector('.failures a');
  await page.click('a:has-text("coverage")');
  await textOf(page, '.home h1', /seeds: \d+ fail, \d+ undecided, \d+ vacuous/);
  for (const title of ['What broke', 'Probes']) await page.waitForSelector(`.home h2:has-text("${title}") + table.coverage td:last-child`);
  await page.click('.bar .mark');
  await textOf(page, '.home h1', /kinds? of failure in \d+ runs?/);
  await page.click('.failures a >> nth=0');
  await page.waitForSelector('body[data-ready]');
  await page.keyboard.press('H');
  await page.waitForSelector('.failures');
  await page.context().close();
});

test('nothing was complained of', () => assert.deepEqual(stage.complaints, []));
