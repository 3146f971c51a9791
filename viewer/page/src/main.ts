import './style.css';
import { el } from './dom';
import { home } from './home';
import { readLink } from './link';
import { Run } from './run';
import { RunPage } from './run_page';
import { embedded, served } from './source';

const app = document.getElementById('app')!;
const kept = embedded();
let page: RunPage | undefined;

async function show(): Promise<void> {
  const { run, shown } = readLink(location.hash);
  try {
    if (page && run === page.run.overview.id) {
      page.view.set(shown);
    } else if (kept) {
      page = new RunPage(app, await Run.load(kept), shown, false);
    } else if (run !== undefined) {
      app.replaceChildren(el('p', { class: 'waiting', role: 'status' }, `Doing run ${run} again …`));
      page = new RunPage(app, await Run.load(served(run)), shown, true);
    } else {
      page = undefined;
      await home(app);
    }
  } catch (error) {
    page = undefined;
    app.replaceChildren(el('main', { class: 'home' }, el('h1', {}, 'This cannot be shown'), el('p', {}, error instanceof Error ? error.message : String(error)), kept ? '' : el('a', { href: '#' }, 'All runs')));
  }
}

addEventListener('keydown', (event) => page?.commands.onKey(event));
addEventListener('hashchange', () => void show());
void show();
