// What opens above the page: the palette of commands, the list of keys, a question.
import { el } from './dom';
import type { Commands } from './commands';

export function open(dialog: HTMLDialogElement): void {
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.showModal();
}

function keysElement(keys: string | undefined): HTMLElement | false {
  return keys !== undefined && el('span', { class: 'keys' }, ...keys.split(' ').map((key) => el('kbd', {}, key.replace('Arrow', ''))));
}

export function openPalette(commands: Commands): void {
  const list = el('ul', { role: 'listbox', id: 'palette-list' });
  const input = el('input', { type: 'text', placeholder: 'What to do', 'aria-label': 'Command', 'aria-controls': 'palette-list' });
  const dialog = el('dialog', { class: 'palette', 'aria-label': 'Commands' }, input, list);
  let chosen = 0;
  const fitting = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    return commands.all.filter((command) => words.every((word) => `${command.words} ${command.id}`.toLowerCase().includes(word)));
  };
  const render = () => {
    const commandsThatFit = fitting();
    chosen = Math.max(0, Math.min(chosen, commandsThatFit.length - 1));
    list.replaceChildren(
      ...commandsThatFit.map((command, at) =>
        el('li', { role: 'option', 'aria-selected': at === chosen ? 'true' : 'false', click: () => take(at) }, el('span', {}, command.words), el('code', {}, command.id), keysElement(command.keys)),
      ),
    );
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  };
  const take = (at: number) => {
    const command = fitting()[at];
    dialog.close();
    command?.run();
  };
  input.addEventListener('input', () => {
    chosen = 0;
    render();
  });
  input.addEventListener('keydown', (event) => {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key === 'Enter') take(chosen);
    else if (event.key in moves) chosen += moves[event.key]!;
    else return;
    event.preventDefault();
    if (dialog.open) render();
  });
  open(dialog);
  render();
}

/** `signs`: what is in the picture. */
export function openKeys(commands: Commands, signs: [string, string][]): void {
  const rows = commands.all.filter((command) => command.keys).map((command) => el('li', {}, keysElement(command.keys), el('span', {}, command.words)));
  open(
    el('dialog', { class: 'keys-list', 'aria-label': 'Keys' }, el('h2', {}, 'Keys'), el('ul', {}, ...rows),
      el('h2', {}, 'The picture'),
      el('ul', { class: 'signs' }, ...signs.map(([sign, words]) => el('li', {}, el('b', {}, sign), el('span', {}, words)))),
      el('form', { method: 'dialog' }, el('button', {}, 'Close'))),
  );
}

/** What was answered; undefined if nothing was. */
export function question(words: string, before: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const input = el('input', { type: 'text', 'aria-label': words, value: before });
    const dialog = el('dialog', { class: 'question', 'aria-label': words }, el('form', { method: 'dialog' }, el('label', {}, words, input), el('button', { value: 'yes' }, 'Go')));
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes' ? input.value : undefined));
    open(dialog);
    input.select();
  });
}

/** Says something for a moment. */
export function notice(words: string): void {
  const element = el('div', { class: 'notice', role: 'status' }, words);
  putNotice(element);
  setTimeout(() => element.remove(), 3500);
}

/** Says what is in the way, until it is to be tried again. */
export function untilTriedAgain(words: string): Promise<void> {
  return new Promise((resolve) => {
    const again = () => {
      element.remove();
      resolve();
    };
    const element = el('div', { class: 'notice', role: 'alert' }, `${words} `, el('button', { click: again }, 'Try again'));
    putNotice(element);
  });
}

/** Nobody waits for it to be tried again. */
export function closeAlert(): void {
  document.querySelector('.notice[role="alert"]')?.remove();
}

function putNotice(element: HTMLElement): void {
  document.querySelector('.notice')?.remove();
  document.body.append(element);
}
