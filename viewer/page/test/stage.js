// What the tests of the page share: runs, a server of them, a browser that tells of every complaint, and patience.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { chromium } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const stampede = process.env.STAMPEDE ?? join(root, 'build/release/stampede');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export class Stage {
  #folder = mkdtempSync(join(tmpdir(), 'stampede-viewer-'));
  #servers = [];
  /** What the console said, and what was thrown. */
  complaints = [];

  async open() {
    this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });
  }
  async close() {
    await this.browser?.close();
    for (const server of this.#servers) server.kill('SIGINT');
    rmSync(this.#folder, { recursive: true });
  }

  file(name, text) {
    const path = join(this.#folder, name);
    if (text !== undefined) writeFileSync(path, text);
    return path;
  }
  /** A database with a run of the scenario, whatever comes of it. */
  run(scenario, ...more) {
    return this.#store(['run', scenario, '--record', 'events', ...more]);
  }
  /** A database with the first failing runs of a sweep. */
  sweep(scenario, seeds) {
    return this.#store(['sweep', scenario, '--seeds', seeds, '--stop-after', '2']);
  }
  /** The address of a judged history's page. */
  check(name, text, ...more) {
    const page = this.file(`${name}.html`);
    this.file(name, text);
    this.#judge(['check', name, ...more, '--html', page]);
    return `file://${page}`;
  }
  #store([command, scenario, ...more]) {
    const path = scenario.startsWith('/') ? scenario : join(root, 'scenarios/catalogue', `${scenario}.yaml`);
    const database = this.file(`${scenario.replaceAll(/\W/g, '-')}.db`);
    this.#judge([command, path, ...more, '--db', database]);
    return database;
  }
  /** Whether it finds something wrong or not. */
  #judge(words) {
    try {
      execFileSync(stampede, [...words, '--quiet'], { stdio: 'pipe', cwd: this.#folder });
    } catch (error) {
      if (error.status !== 1) throw new Error(String(error.stderr));
    }
  }

  /** The address of the database's page, served. */
  serve(database) {
    const server = spawn(stampede, ['view', database, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#servers.push(server);
    return new Promise((tell, fail) => {
      server.stdout.on('data', (data) => tell(JSON.parse(String(data)).url));
      server.on('exit', (status) => fail(new Error(`view ended with ${status}`)));
    });
  }
  /** The address of the database's page, as a file. */
  keep(database) {
    const page = `${database}.html`;
    execFileSync(stampede, ['export', database, '--format', 'html', '--out', page]);
    return `file://${page}`;
  }

  async show(address, options = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', reducedMotion: 'reduce', acceptDownloads: true, ...options });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const complain = (words) => this.complaints.push(`${address}: ${words}`);
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complain(message.text()));
    page.on('pageerror', (error) => complain(error.message));
    const slower = Number(process.env.SLOWER ?? 1);
    if (slower > 1) await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.goto(address);
    return page;
  }
  /** A page of a run, when all of it is there. */
  async showRun(address, options) {
    const page = await this.show(address, options);
    // A story can take 20 s of CPU time, and so much more where other work goes on.
    await page.waitForSelector('body[data-ready]', { timeout: 240_000 });
    await drawn(page);
    return page;
  }
}

/** Milliseconds until what was asked for and has not come counts as never coming. */
const patience = 90_000;

function isAsWanted(answer, wanted) {
  if (wanted instanceof RegExp) return wanted.test(answer);
  return typeof wanted === 'function' ? wanted(answer) : isDeepStrictEqual(answer, wanted);
}

/**
 * Asks until the answer is the wanted one: a value, a pattern, or a function that says whether it will do. The page does
 * what is pressed when it comes to it, so nothing that an action brings may be looked at once.
 */
export async function becomes(ask, wanted) {
  for (const end = Date.now() + patience; ; await pause(25)) {
    const answer = await ask();
    if (isAsWanted(answer, wanted)) return answer;
    if (Date.now() < end) continue;
    if (wanted instanceof RegExp) assert.match(answer, wanted);
    assert.ok(typeof wanted !== 'function', `${answer} does not become ${wanted}`);
    assert.deepEqual(answer, wanted);
  }
}

/** When what was done so far has been drawn. */
function drawn(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}
async function dataOf(page) {
  await drawn(page);
  return page.evaluate(() => ({ ...document.body.dataset }));
}
const linkIn = (data) => new URLSearchParams(data.link.slice(1));

/** What is shown now: for what an action brings, ask `goesTo` and `shows`. */
export async function stepOf(page) {
  return Number((await dataOf(page)).step);
}
export async function linkOf(page) {
  return linkIn(await dataOf(page));
}
/** Waits until the cursor is at the step, or at one that fits. */
export function goesTo(page, wanted) {
  return becomes(() => stepOf(page), wanted);
}
/** Waits until the link says this under the name; null = nothing. */
export function shows(page, name, wanted) {
  return becomes(async () => (await linkOf(page)).get(name), wanted);
}
export function hasLanes(page, wanted) {
  return becomes(() => page.locator('.picture .lanes button').evaluateAll((names) => names.map((name) => name.dataset.lane)), wanted);
}
export function textOf(page, selector, wanted) {
  return becomes(() => page.textContent(selector), wanted);
}
