// A run of a million decisions: what costs the page's thread how much, whatever else the machine does.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { madeUpPage, serveMadeUp } from './made_up.js';
import { becomes, goesTo, Stage, textOf } from './stage.js';

const stage = new Stage();

before(() => stage.open());
after(() => stage.close());

/** Tells how many milliseconds of CPU time the page's thread has taken. */
async function clockOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
}

/** Milliseconds of CPU time that the key takes, drawn. */
async function costOf(page, spent, key, times) {
  const begun = await spent();
  await page.evaluate(
    async ([pressed, count]) => {
      for (let at = 0; at < count; ++at) {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: pressed, bubbles: true }));
        await new Promise(requestAnimationFrame);
      }
    },
    [key, times],
  );
  return ((await spent()) - begun) / times;
}

test('a window of a million steps is moved as one of a few', async () => {
  const path = stage.file('large.html', madeUpPage(1_000_000));
  const page = await stage.showRun(`file://${path}`);
  const spent = await clockOf(page);
  for (const key of ['e', 'x', 'w', '+']) await costOf(page, spent, key, 1);
  await textOf(page, '.picture .note', /^[67]\d\d,\d{3} of 1,000,000 steps here · shown as density/);
  const costs = {};
  for (const [key, times, most] of [['h', 15, 40], ['-', 3, 60], ['c', 2, 300]]) {
    costs[key] = await costOf(page, spent, key, times);
    // Twice and more of what it takes, for slower machines: a loop over all steps in each frame would take more.
    assert.ok(costs[key] < most, `${key}: ${costs[key].toFixed(1)} ms`);
  }
  console.log(Object.entries(costs).map(([key, cost]) => `${key}: ${cost.toFixed(1)} ms`).join(', '));
  await page.context().close();
});

test('a file of a hundred thousand decisions is opened, gone through and searched', async () => {
  const address = stage.keep(stage.run('viewstamped/steady-state', '--set', 'workload.operations=12600', '--set', 'liveness.faults_stop=30s'));
  const bytes = statSync(fileURLToPath(address)).size;
  assert.ok(bytes > 5e6 && bytes <= 15e6, `${bytes} bytes`);
  const page = await stage.showRun(address);
  await page.keyboard.press('End');
  await goesTo(page, (step) => step > 100_000);
  await page.fill('.search input', 'op_number=12000 type=Prepare');
  await textOf(page, '.search output', '2 found');
  await page.keyboard.press('Escape');
  await page.keyboard.press(',');
  await goesTo(page, (step) => step > 90_000 && step < 100_000);
  await page.context().close();
});

/** Milliseconds of CPU time until so many steps are a picture. */
async function firstPictureOf(steps) {
  const { address, end } = await serveMadeUp(steps);
  const page = await stage.show('about:blank');
  const spent = await clockOf(page);
  const begun = await spent();
  await page.goto(address);
  await page.waitForSelector('body[data-step]', { timeout: 60_000 });
  const cost = (await spent()) - begun;
  await page.context().close();
  end();
  return cost;
}

test('a million steps that are served are a picture before they are all there', async () => {
  const [few, many] = [await firstPictureOf(1000), await firstPictureOf(1_000_000)];
  // Twice of what it takes: to wait for 29 MB of columns would take more.
  assert.ok(many < few + 600, `${many.toFixed(0)} ms, ${few.toFixed(0)} ms of a thousand`);
  console.log(`first picture: ${many.toFixed(0)} ms, of a thousand: ${few.toFixed(0)} ms`);
});

test('what comes after the first picture makes it the one of the whole run', async () => {
  const drawnIn = async (address) => {
    const page = await stage.showRun(address);
    const drawn = await page.evaluate(() => [document.body.dataset.link, ...[...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())]);
    await page.context().close();
    return drawn;
  };
  const { address, end } = await serveMadeUp(250_000);
  const [served, ...pictures] = await drawnIn(address);
  const [whole, ...expected] = await drawnIn(`file://${stage.file('whole.html', madeUpPage(250_000))}`);
  assert.equal(served, whole);
  assert.ok(pictures.length > 1);
  assert.deepEqual(pictures, expected);
  end();
});

test('a field is found among a million steps that are served', async () => {
  const { address, end } = await serveMadeUp(1_000_000);
  const page = await stage.showRun(address);
  const spent = await clockOf(page);
  const begun = await spent();
  await page.fill('.search input', 'r1.view_number >= 2');
  await textOf(page, '.search output', '124,568 found');
  const cost = (await spent()) - begun;
  // Twice of what it takes and more: to read a thousand parts takes tens of seconds.
  assert.ok(cost < 1500, `${cost.toFixed(0)} ms`);
  console.log(`r1.view_number >= 2: ${cost.toFixed(0)} ms`);
  await page.context().close();
  end();
});

for (const path of ['/runs/1/columns/100001-200000', '/runs/1/parts/249']) test(`where ${path} cannot be read, nothing is shown that is not there, until it is tried again`, async () => {
  const { address, end } = await serveMadeUp(250_000, { path, times: 2 });
  const page = await stage.show(address);
  const inert = () => page.evaluate(() => document.getElementById('app').inert);
  for (const _ of [1, 2]) {
    await textOf(page, '.notice', /the rest could not be read: refused/);
    await page.keyboard.press('Home');
    assert.equal(await inert(), true);
    await page.click('.notice button');
  }
  await becomes(inert, false);
  await page.keyboard.press('Home');
  await goesTo(page, 1);
  await page.context().close();
  end();
});

test('a page that is left before all of it is there leaves the next one alone', async () => {
  const { address, end } = await serveMadeUp(250_000, { path: '/runs/1/columns/100001-200000', times: 1 });
  const page = await stage.show(address);
  await page.waitForSelector('.notice button');
  await page.evaluate(() => (location.hash = 'run=1&step=7'));
  await goesTo(page, 7);
  assert.equal(await page.locator('.notice').count(), 0);
  assert.equal(await page.evaluate(() => document.getElementById('app').inert), false);
  await page.context().close();
  end();
});

test('one who goes back while another run is loaded is where they were', async () => {
  const { address, end } = await serveMadeUp(1000);
  const page = await stage.showRun(address);
  await page.keyboard.press('Home');
  await goesTo(page, 1);
  // The address follows after a moment.
  await page.waitForFunction(() => /step=1(&|$)/.test(location.hash));
  // It never comes.
  await page.route('**/runs/2', () => {});
  await page.evaluate(() => (location.hash = 'run=2'));
  await textOf(page, '.waiting', /Doing run 2 again/);
  await page.goBack();
  await page.waitForSelector('.picture canvas');
  await page.keyboard.press('j');
  await goesTo(page, 2);
  await page.context().close();
  end();
});
