// Runs that are made from the page: other ways on from a step, smaller ones, and two side by side.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { becomes, goesTo, linkOf, shows, Stage, textOf } from './stage.js';

const stage = new Stage();
let address;

before(async () => {
  await stage.open();
  address = await stage.serve(stage.run('bugs/vrr-state-transfer-truncates'));
});
after(() => stage.close());

const pageOf = (run, more = '') => `${address.replace(/#.*/, '')}#run=${run}${more}`;
/** Takes another way on, and waits for the run that comes of it, of which this is said for a moment. */
async function take(page, words, said) {
  const before = (await linkOf(page)).get('run');
  await page.keyboard.press('W');
  await page.click(`.what-if li button:has-text("${words}")`);
  await textOf(page, '.notice', said);
  await page.waitForFunction((run) => document.body.dataset.compared !== undefined && new URLSearchParams(document.body.dataset.link.slice(1)).get('run') !== run, before, { timeout: 60_000 });
}

test('a message that is lost instead heals the run, which is kept and compared', async () => {
  const page = await stage.showRun(pageOf(1, '&step=15'));
  await take(page, 'Commit r1->r2 nth 1 is lost', /run 2: it heals: nothing breaks/);
  await textOf(page, 'section.verdict', /made from run 1/);
  await textOf(page, '.comparison .parting', /durability.*The same up to step 14.*Commit from r1 to r2 is lost; below: r2 receives Commit from r1/);
  await shows(page, 'with', '1');
  await goesTo(page, 15);
  await textOf(page, '.comparison .sheet', /r2 log/);
  await becomes(() => page.locator('.comparison canvas').count(), 1);
  await page.keyboard.press('1');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.querySelector('.comparison .sheet').textContent.includes('same state'));
  await page.context().close();
});

/** Where the picture says that the step is, in a lane. */
async function spotOf(page, lane, step) {
  const box = await page.locator('.picture canvas').boundingBox();
  const y = box.y + (await page.locator(`.lanes [data-lane="${lane}"]`).evaluate((name) => parseFloat(name.style.top)));
  for (let x = box.x + 6; x < box.x + box.width; x += 6) {
    await page.mouse.move(x, y);
    const told = await page.evaluate(() => document.querySelector('.tip:not([hidden]) b')?.textContent ?? '');
    if (told.startsWith(`${step} `)) return { x, y };
  }
  assert.fail(`step ${step} is nowhere in lane ${lane}`);
}

test('an arrow that is dragged elsewhere arrives there', async () => {
  const page = await stage.showRun(pageOf(1, '&step=15'));
  const box = await page.locator('.picture canvas').boundingBox();
  const { x, y } = await spotOf(page, 'r2', 15);
  await page.keyboard.down('Shift');
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 12, y, { steps: 4 });
  await textOf(page, '.tip b', /r2 receives Commit from r1: behind step \d+/);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await textOf(page, '.notice', /run \d+: /);
  await page.waitForSelector('body[data-compared]');
  await textOf(page, '.comparison .parting', /The same up to step 14.*Commit from r1/);
  await page.context().close();
});

test('another way on can break something else', async () => {
  const page = await stage.showRun(pageOf(1, '&step=10'));
  await page.keyboard.press('W');
  await page.fill('.what-if textarea', 'crash r0 lose\nfrobnicate');
  await page.click('.what-if button:has-text("Go on with these lines")');
  await textOf(page, '.work .failed', /unknown decision 'frobnicate'/);
  await page.click('.work button:has-text("Close")');
  await page.keyboard.press('W');
  await page.fill('.what-if textarea', 'crash r0\ncrash r2');
  await page.click('.what-if button:has-text("Go on with these lines")');
  await textOf(page, '.notice', /run \d+: /);
  await page.waitForSelector('body[data-compared]');
  // A node that is down is in no state.
  await textOf(page, '.comparison .sheet', /r0downup/);
  await page.context().close();
});

test('a run is shrunk, and the smaller one is opened', async () => {
  const page = await stage.showRun(pageOf(1));
  await page.keyboard.press('S');
  await page.waitForFunction(() => /run \d+ is made from run 1/.test(document.querySelector('.notice')?.textContent ?? ''), null, { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelector('section.verdict')?.textContent.includes('made from run 1'));
  await page.keyboard.press('H');
  await page.waitForSelector('.home');
  await page.context().close();
});

test('a file says that it cannot make other runs', async () => {
  const page = await stage.showRun(stage.keep(stage.run('ping_pong/ping-pong')));
  for (const key of ['W', 'S', 'd']) {
    await page.keyboard.press(key);
    await textOf(page, '.notice', /needs? 'stampede view'/);
  }
  await page.context().close();
});

const posted = (path, headers, body) =>
  new Promise((tell, fail) => {
    const asked = request(new URL(path, address), { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (data) => (text += data));
      answer.on('end', () => tell({ status: answer.statusCode, text }));
    });
    asked.on('error', fail).end(body);
  });

test('work is begun for the page alone, and its lines can neither read nor write files', async () => {
  const own = { origin: new URL(address).origin, 'content-type': 'application/json' };
  const lines = (...all) => JSON.stringify({ step: 15, lines: all });
  for (const headers of [{}, { ...own, origin: 'http://elsewhere.example' }, { ...own, 'content-type': 'text/plain' }]) {
    for (const path of ['/runs/1/what_if', '/runs/1/shrink', '/sql', '/jobs/1/cancel']) assert.equal((await posted(path, headers, lines('crash r0'))).status, 403);
  }
  for (const line of ['save script /tmp/x', 'crash r0\nsave run /tmp/x.db', 'quit', '', '#']) assert.equal((await posted('/runs/1/what_if', own, lines(line))).status, 422, line);
  assert.equal((await posted('/runs/1/what_if', own, lines())).status, 422);
  assert.equal((await posted('/runs/1/what_if', own, '{"step": 0, "lines": ["crash r0"]}')).status, 422);
  assert.equal((await posted('/jobs/999/cancel', own, '{}')).text, 'false');
});

test('nothing was complained of', () => assert.deepEqual(stage.complaints.filter((words) => !/422/.test(words)), []));
