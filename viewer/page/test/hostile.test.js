// Databases that somebody else made: what they hold is shown, and does nothing.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { Stage, textOf } from './stage.js';

const stage = new Stage();
let database;

const attack = '<img src=x onerror="window.hacked=1">';
const scenario = `
about: '</script><script>window.hacked = 1</script>${attack}'
cluster: { model: viewstamped, replicas: 3, clients: 1, service: kv, defects: [vrr-state-transfer-truncates] }
script:
  - invoke: { client: c0, operation: { put: ['${attack}', '</script><svg onload="window.hacked=1">'] }, to: r0 }
  - begin_fault: { name: '${attack}', about: '<script>window.hacked=1</script>' }
  - deliver: Request c0->r0
  - deliver: Prepare r0->r2
  - deliver: PrepareOk r2->r0
  - deliver: Reply r0->c0
  - fire: ViewChangeTimeout r1
  - deliver: StartViewChange r1->r0
  - deliver: StartViewChange r0->r1
  - deliver: DoViewChange r0->r1
  - fire: CommitTimeout r1
  - deliver: Commit r1->r2
expect: { violation: viewstamped/certified-log }
`;

before(async () => {
  await stage.open();
  database = stage.run(stage.file("a<svg onload='window.hacked=1'>.yaml", scenario));
});
after(() => stage.close());

for (const [way, address] of [['served', () => stage.serve(database)], ['as a file', () => stage.keep(database)]]) {
  test(`${way}: script in names, values and texts stays text`, async () => {
    const page = await stage.showRun(await address());
    for (const key of ['k', 'k', 'w', '?', 'Escape', ':', 'Escape', 'ArrowUp']) await page.keyboard.press(key);
    await textOf(page, '.sheet', /<img src=x onerror=/);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('#app img, #app svg, #app script').count(), 0);
    // Nor could it run if somebody put it there.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.hacked = 1';
      document.body.append(script);
    });
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    await page.context().close();
  });
}

const statusOf = (url, headers) =>
  new Promise((tell, fail) => request(url, { headers }, (answer) => tell({ status: answer.statusCode, headers: answer.headers })).on('error', fail).end());

test('a name that was made to lead here is refused, and other pages may not read', async () => {
  const url = new URL('/runs/1', await stage.serve(database));
  assert.equal((await statusOf(url, { host: 'elsewhere.example' })).status, 421);
  const answer = await statusOf(url, { origin: 'http://elsewhere.example' });
  assert.equal(answer.headers['access-control-allow-origin'], undefined);
  const page = await stage.browser.newPage();
  await page.goto('data:text/html,elsewhere');
  const read = await page.evaluate((there) => fetch(there).then(() => 'read', () => 'refused'), String(url));
  assert.equal(read, 'refused');
  await page.close();
});

test('two pages look at one database', async () => {
  const address = await stage.serve(database);
  const pages = await Promise.all([stage.showRun(address), stage.showRun(address)]);
  for (const page of pages) await page.waitForSelector('.sheet');
  for (const page of pages) await page.context().close();
});
