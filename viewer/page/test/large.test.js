// A run of a million decisions: what costs the page's thread how much, whatever else the machine does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { madeUpPage } from './made_up.js';
import { Stage, textOf } from './stage.js';

const stage = new Stage();

before(() => stage.open());
after(() => stage.close());

/** Milliseconds of CPU time that the key takes, drawn. */
async function costOf(page, session, key, times) {
  const spent = async () => (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
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
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  for (const key of ['e', 'x', 'w', '+']) await costOf(page, session, key, 1);
  await textOf(page, '.picture .note', /^[67]\d\d,\d{3} of 1,000,000 steps here · shown as density/);
  const costs = {};
  for (const [key, times, most] of [['h', 15, 40], ['-', 3, 60], ['c', 2, 300]]) {
    costs[key] = await costOf(page, session, key, times);
    // Twice and more of what it takes, for slower machines: a loop over all steps in each frame would take more.
    assert.ok(costs[key] < most, `${key}: ${costs[key].toFixed(1)} ms`);
  }
  console.log(Object.entries(costs).map(([key, cost]) => `${key}: ${cost.toFixed(1)} ms`).join(', '));
  await page.context().close();
});
