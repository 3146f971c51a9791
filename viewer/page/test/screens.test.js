// The pictures of docs/viewer.md: made here, and compared with what is kept. `SCREENS=keep npm test` keeps new ones.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, Stage } from './stage.js';

const stage = new Stage();
const folder = join(root, 'docs/viewer');
/** The share of pixels that may differ visibly: letters are not the same with every font. */
const tolerance = 0.06;

before(() => stage.open());
after(() => stage.close());

/** The share of pixels of two PNGs that differ visibly. */
function difference(page, one, other) {
  return page.evaluate(
    async (urls) => {
      const [first, second] = await Promise.all(
        urls.map(async (url) => {
          const image = new Image();
          image.src = url;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height);
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, image.width, image.height).data;
        }),
      );
      if (first.length !== second.length) return 1;
      let different = 0;
      for (let at = 0; at < first.length; at += 4) {
        const away = [0, 1, 2].reduce((sum, channel) => sum + Math.abs(first[at + channel] - second[at + channel]), 0);
        if (away > 96) different++;
      }
      return (different * 4) / first.length;
    },
    [one, other].map((png) => `data:image/png;base64,${png.toString('base64')}`),
  );
}

/** Three clients of one register: the last read sees what was there before a write that had ended. */
const history = `{:process 0, :type :invoke, :f :write, :value 1, :time 1000000}
{:process 0, :type :ok, :f :write, :value 1, :time 3000000}
{:process 2, :type :invoke, :f :write, :value 2, :time 3500000}
{:process :nemesis, :type :info, :f :start, :value "cut r0 off", :time 4000000}
{:process 1, :type :invoke, :f :read, :value nil, :time 4500000}
{:process 1, :type :ok, :f :read, :value 2, :time 6000000}
{:process :nemesis, :type :info, :f :stop, :value nil, :time 7000000}
{:process 0, :type :invoke, :f :read, :value nil, :time 7500000}
{:process 0, :type :ok, :f :read, :value 1, :time 9000000}
`;

const screens = [
  ['viewstamped', () => stage.keep(stage.run('bugs/vrr-state-transfer-truncates')), {}],
  ['multi-paxos', () => stage.keep(stage.sweep('bugs/multi-paxos-adopts-first-vote-random', '7..7')), { colorScheme: 'dark' }],
  ['history', () => stage.check('history.edn', history), { viewport: { width: 1280, height: 420 } }],
];

for (const [name, address, options] of screens) {
  test(`${name} looks as in docs/viewer.md`, async () => {
    const page = await stage.showRun(address(), { viewport: { width: 1280, height: 800 }, ...options });
    const png = await page.screenshot();
    const path = join(folder, `${name}.png`);
    if (process.env.SCREENS === 'keep') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, png);
    }
    const share = await difference(page, png, readFileSync(path));
    assert.ok(share <= tolerance, `${(100 * share).toFixed(1)} % of the pixels differ`);
    await page.context().close();
  });
}
