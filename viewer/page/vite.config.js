// Makes one file of the page, ../dist/page.html: its script and styles inside, and in its head a policy that names them by their digests,
// so that nothing else can run in it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const digest = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const onePage = {
  name: 'one-page',
  enforce: 'post',
  generateBundle(_, bundle) {
    const files = Object.values(bundle);
    const script = files.find((file) => file.type === 'chunk').code.trim();
    const style = String(files.find((file) => file.fileName.endsWith('.css')).source).trim();
    const policy = [
      "default-src 'none'",
      `script-src ${digest(script)}`,
      `style-src ${digest(style)}`,
      "connect-src 'self'",
      'img-src data: blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; ');
    const page = readFileSync('index.html', 'utf8')
      .replace('<!-- policy -->', () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
      .replace('<!-- style -->', () => `<style>${style}</style>`)
      .replace('<script type="module" src="/src/main.ts"></script>', () => `<script type="module">${script}</script>`);
    for (const file of files) delete bundle[file.fileName];
    mkdirSync('../dist', { recursive: true });
    writeFileSync('../dist/page.html', page);
  },
};

export default defineConfig({
  build: { cssCodeSplit: false, emptyOutDir: false, outDir: '../dist', modulePreload: { polyfill: false }, target: 'es2022' },
  plugins: [onePage],
});
