// Other ways on and smaller runs: made by who serves the page, in processes of their own, while a dialog says how far they are.
import { open } from './dialogs';
import { el } from './dom';
import { ask, post } from './source';
import { messageOf } from './words';

interface WorkState {
  over: boolean;
  status: number;
  seconds: number;
  /** What went wrong. */
  said: string;
  /** Of what is over: the run that was stored, if one was. */
  run_id?: number | null;
  violations?: { property: string; step: number }[] | null;
}

export interface Made {
  run: number;
  violations: { property: string; step: number }[];
}

const pause = 60;
const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** What was made; undefined if nothing was, which the dialog has said. */
export async function work(what: string, path: string, body: unknown): Promise<Made | undefined> {
  const progress = el('p', { role: 'status' }, 'begins …');
  const cancel = el('button', { type: 'button' }, 'Cancel');
  const dialog = el('dialog', { class: 'question work', 'aria-label': what }, el('h2', {}, what), progress, cancel);
  let job: number | undefined;
  let cancelled = false;
  const stop = () => {
    cancelled = true;
    if (job !== undefined) void post(`/jobs/${job}/cancel`, {});
  };
  cancel.addEventListener('click', stop);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    stop();
  });
  open(dialog);
  const fail = (words: string) => {
    progress.className = 'failed';
    progress.textContent = words;
    cancel.replaceWith(el('form', { method: 'dialog' }, el('button', {}, 'Close')));
  };
  try {
    job = (await post<{ job: number }>(path, body)).job;
    if (cancelled) stop();
    for (;;) {
      const state = await ask<WorkState>(`/jobs/${job}`);
      if (state.over && state.run_id) {
        dialog.close();
        return { run: state.run_id, violations: state.violations ?? [] };
      }
      if (state.over) {
        fail(cancelled ? 'It was cancelled; nothing is stored.' : state.said.trim() || `It ended with status ${state.status}.`);
        return undefined;
      }
      progress.textContent = cancelled ? 'ends …' : `at work for ${state.seconds.toFixed(1)} s`;
      await sleep(pause);
    }
  } catch (error) {
    fail(messageOf(error));
    return undefined;
  }
}
