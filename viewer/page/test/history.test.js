// The page of a judged history: `stampede check --html`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { becomes, Stage, textOf } from './stage.js';

const stage = new Stage();

before(() => stage.open());
after(() => stage.close());

const event = (process, type, f, value) => `{:process ${process}, :type :${type}, :f :${f}, :value ${value}}\n`;
const stale = [event(0, 'invoke', 'write', 1), event(0, 'ok', 'write', 1), event(1, 'invoke', 'read', 'nil'), '{:process :nemesis, :type :info, :f :start, :value "cut r0 off"}\n', event(1, 'ok', 'read', 'nil'), '{:process :nemesis, :type :info, :f :stop, :value nil}\n', event(2, 'invoke', 'read', 'nil')].join('');
const skew = [event(0, 'invoke', 'txn', '[[:r x nil] [:append y 1]]'), event(1, 'invoke', 'txn', '[[:r y nil] [:append x 1]]'), event(0, 'ok', 'txn', '[[:r x []] [:append y 1]]'), event(1, 'ok', 'txn', '[[:r y []] [:append x 1]]')].join('');
const rowIs = (page, wanted) => becomes(() => page.evaluate(() => Number(document.body.dataset.row)), wanted);

test('the verdict, what cannot all be right in words, and the picture are there without a click', async () => {
  const page = await stage.showRun(stage.check('stale.edn', stale));
  await textOf(page, '.verdict h1', /✕ violated.*1's read → nothing/);
  await textOf(page, '.verdict .facts', /3 operations of 3 clients/);
  assert.deepEqual(await page.locator('.story li').allTextContents().then((lines) => lines.map((line) => line.replace(/\s+/g, ' '))), ['0write 1 → ok [0, 1]', '1read → nothing [2, 3]']);
  assert.ok(!/[{}"]/.test(await page.textContent('#app')), 'values are words, not JSON');
  await textOf(page, '.picture .note', /3 of 3 operations here/);
  assert.deepEqual(await page.locator('.lane-name').allTextContents(), ['0', '1', '2']);
  await page.click('.verdict .named');
  await rowIs(page, 1);
  await textOf(page, '.step', /during.*cut r0 off/);
  await page.context().close();
});

test('everything can be done by keys', async () => {
  const page = await stage.showRun(stage.check('stale.edn', stale));
  await rowIs(page, 0);
  await page.keyboard.press('j');
  await rowIs(page, 1);
  await page.keyboard.press('k');
  await rowIs(page, 0);
  const note = () => page.textContent('.picture .note');
  const before = await note();
  await page.keyboard.press('w');
  for (const key of ['+', '+', 'l', 'h', '-']) await page.keyboard.press(key);
  await becomes(note, (words) => words !== before);
  await page.keyboard.press('0');
  await becomes(note, before);
  await page.keyboard.press('t');
  await page.waitForSelector('html[data-theme=dark]');
  await page.keyboard.press('?');
  await textOf(page, 'dialog.keys-list', /never ends/);
  await page.context().close();
});

test('anomalies of transactions are told with their edges', async () => {
  const page = await stage.showRun(stage.check('skew.edn', skew));
  await textOf(page, '.story h2', 'G2-item');
  await textOf(page, '.story', /rw: T0 read x with nothing in it, behind which T1 appended 1/);
  assert.equal(await page.locator('.story li').count(), 2);
  await page.locator('.story li button').nth(1).click();
  await rowIs(page, 1);
  await page.context().close();
});

test('a history that is right says so, and a large one is drawn', async () => {
  const pairs = Array.from({ length: 20_000 }, (_, at) => event(at % 5, 'invoke', 'write', at) + event(at % 5, 'ok', 'write', at)).join('');
  const page = await stage.showRun(stage.check('large.edn', pairs));
  await textOf(page, '.verdict .chip', 'ok');
  await page.keyboard.press('w');
  await textOf(page, '.picture .note', /20,000 of 20,000 operations here.*names do not fit/);
  await page.context().close();
});

test('a picture of very many operations of one client is drawn in no time, and once a frame', async () => {
  const pairs = Array.from({ length: 30_000 }, (_, at) => event(0, 'invoke', 'write', at) + event(0, 'ok', 'write', at)).join('');
  const page = await stage.showRun(stage.check('one-client.edn', pairs));
  const measured = await page.evaluate(async () => {
    let words = 0;
    let bars = 0;
    const { measureText, roundRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.measureText = function (...all) {
      ++words;
      return measureText.apply(this, all);
    };
    CanvasRenderingContext2D.prototype.roundRect = function (...all) {
      ++bars;
      return roundRect.apply(this, all);
    };
    for (let press = 0; press < 10; ++press) document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'w', bubbles: true }));
    const inTheSame = bars;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return { words, bars, inTheSame };
  });
  // Counted, not timed: three strokes a bar, once. No word has room behind a bar of no width.
  assert.equal(measured.inTheSame, 0);
  assert.ok(measured.bars >= 90_000 && measured.bars < 100_000, `${measured.bars} bars`);
  assert.ok(measured.words < 100, `${measured.words} words`);
  await textOf(page, '.picture .note', /30,000 of 30,000 operations here.*30,000 names do not fit/);
  await page.context().close();
});

test('any character may be in a value that is told of', async () => {
  const written = '"a\ufffcb"';
  const page = await stage.showRun(stage.check('placeholder.edn', event(0, 'invoke', 'write', written) + event(0, 'ok', 'write', written) + event(1, 'invoke', 'read', 'nil') + event(1, 'ok', 'read', '"c\ufffcd"')));
  await textOf(page, '.verdict h1', /✕ violated/);
  assert.deepEqual(await page.locator('.verdict .named').allTextContents(), ["1's read → c\ufffcd"]);
  await page.context().close();
});

test('script in a history stays text', async () => {
  const attack = '</script><img src=x onerror=window.hacked=1>';
  const page = await stage.showRun(stage.check('hostile.edn', event(0, 'invoke', 'write', `"${attack}"`) + event(0, 'ok', 'write', `"${attack}"`) + event(1, 'invoke', 'read', 'nil') + event(1, 'ok', 'read', 'nil')));
  await textOf(page, '.story', /<img src=x/);
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await page.context().close();
});

test('nothing was complained of', () => assert.deepEqual(stage.complaints, []));
