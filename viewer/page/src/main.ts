import './style.css';
import { coverage } from './coverage';
import { el } from './dom';
import { keptHistory } from './history';
import { HistoryPage } from './history_page';
import { home } from './home';
import { readLink } from './link';
import { Run } from './run';
import { RunPage } from './run_page';
import { embedded, served } from './source';
import { messageOf } from './words';

const app = document.getElementById('app')!;
const kept = embedded();
let page: RunPage | undefined;
/** Of what was asked for last: what comes late for something else is not shown. */
let turn = 0;

async function show(): Promise<void> {
  const mine = ++turn;
  const isShown = (): boolean => mine === turn;
  const { run, other, sweep, shown } = readLink(location.hash);
  page?.keepAddress();
  // What is not whole can show nothing but its first picture.
  if (page?.run.isWhole && run === page.run.overview.id && other === page.view.other?.overview.id) return page.view.set(shown);
  page?.leave();
  page = undefined;
  try {
    if (kept) {
      const loaded = await Run.load(kept);
      if (isShown()) page = new RunPage(app, loaded, shown, false);
    } else if (run !== undefined) {
      app.replaceChildren(el('p', { class: 'waiting', role: 'status' }, `Doing run ${run} again …`));
      const loaded = await Run.load(served(run), Object.keys(shown).length === 0 && other === undefined);
      if (!isShown()) return;
      page = new RunPage(app, loaded, shown, true);
      if (other !== undefined) await page.compare(await Run.load(served(other)), isShown);
    } else if (sweep !== undefined) {
      await coverage(app, sweep);
    } else {
      await home(app, isShown);
    }
  } catch (error) {
    if (!isShown()) return;
    page?.leave();
    page = undefined;
    app.replaceChildren(el('main', { class: 'home' }, el('h1', {}, 'This cannot be shown'), el('p', {}, messageOf(error)), kept ? '' : el('a', { href: '#' }, 'All runs')));
  }
}

const history = keptHistory();
if (history) {
  new HistoryPage(app, history);
} else {
  addEventListener('keydown', (event) => !app.inert && page?.commands.onKey(event));
  addEventListener('hashchange', () => void show());
  void show();
}
