// Databases that somebody else made: what they hold is shown, and does nothing.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { becomes, Stage, textOf } from './stage.js';

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

/** A copy of the database in which somebody has written. */
function changed(name, ...statements) {
  const path = stage.file(name);
  copyFileSync(database, path);
  execFileSync('sqlite3', [path], { input: statements.join(';\n') });
  return path;
}

const sqlite = spawnSync('sqlite3', ['--version']).status === 0;

for (const [what, statement] of [
  ['numbers that are texts', "UPDATE run SET decisions = 'many', operations = '<b>', virtual_time = 'soon', seed = 'x'"],
  ['blobs for texts', "UPDATE run SET scenario_name = x'00ff00', verdict = zeroblob(64)"],
  ['NUL in names', "UPDATE run SET scenario_name = 'a' || char(0) || '<img src=x onerror=window.hacked=1>'"],
  ['ten megabytes in a name', "UPDATE run SET scenario_name = hex(zeroblob(5000000))"],
  ['a scenario that is none', "UPDATE run SET scenario_text = '<script>window.hacked=1</script>'"],
  ['a schedule that is none', "UPDATE run SET schedule = hex(randomblob(5000)), edits = x'ff'"],
  ['no tables', 'DROP TABLE node; DROP TABLE violation; DROP TABLE run'],
]) {
  test(`a database with ${what} is shown or refused, and does nothing`, { skip: !sqlite }, async () => {
    const path = changed(`${what.replaceAll(/\W/g, '-')}.db`, statement);
    let address;
    try {
      address = await stage.serve(path);
    } catch (error) {
      return assert.match(String(error), /view ended with 2/);
    }
    for (const place of ['', '#run=1']) {
      const page = await stage.show(address.replace(/#.*/, '') + place);
      // Either what was asked for or why not.
      await page.waitForSelector('.home h1, body[data-ready]');
      assert.equal(await page.evaluate(() => window.hacked), undefined);
      assert.equal(await page.locator('#app img, #app script').count(), 0);
      await page.context().close();
    }
  });
}

test('of a million runs the page shows some, and says of how many', { skip: !sqlite }, async () => {
  const path = changed('million.db', `WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
    INSERT INTO run SELECT i, scenario_name, scenario_file, '', overrides, i, mode, engine_version, iif(i % 100, 'ok', verdict), decisions, operations, virtual_time, digest, block_digests, '', edits, stop_on_first, recorded, 0, engine_commit, compiler, NULL FROM run, n`,
  'INSERT INTO violation SELECT run.id, v.ordinal, v.property, v.step, v.script_step, v.message, v.nodes, v.fingerprint FROM run, violation v WHERE run.id > 1 AND run.verdict = \'violated\'');
  const page = await stage.show((await stage.serve(path)).replace(/#.*/, ''));
  await textOf(page, '.home h1', /kind of failure in 1,000,000 runs/);
  await textOf(page, '.failures', /10,001 runs/);
  await becomes(() => page.locator('.home tr').count(), (rows) => rows >= 500 && rows < 600);
  await page.context().close();
});

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

test('two servers and three pages look at one database', async () => {
  const [one, other] = await Promise.all([stage.serve(database), stage.serve(database)]);
  assert.notEqual(one, other);
  const pages = await Promise.all([stage.showRun(one), stage.showRun(one), stage.showRun(other)]);
  for (const page of pages) await page.waitForSelector('.sheet');
  for (const page of pages) await page.context().close();
});
