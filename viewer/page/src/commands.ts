// Everything that can be done with the page: each has an id that stays, and most have a key.

export interface Command {
  id: string;
  words: string;
  /** As KeyboardEvent.key; several are separated by spaces. */
  keys?: string;
  run: () => void;
}

export class Commands {
  readonly all: Command[] = [];

  add(id: string, words: string, keys: string | undefined, run: () => void): void {
    this.all.push({ id, words, run, ...(keys ? { keys } : {}) });
  }
  run(id: string): void {
    this.all.find((command) => command.id === id)?.run();
  }
  /** Does what the key stands for, unless somebody is writing. */
  onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || target.closest('input, textarea, select, dialog')) return;
    const isPalette = (event.ctrlKey || event.metaKey) && event.key === 'k';
    if (!isPalette && (event.ctrlKey || event.metaKey || event.altKey)) return;
    // A button that has the focus is pressed by these.
    if ((event.key === 'Enter' || event.key === ' ') && target.closest('button, summary, a')) return;
    const key = isPalette ? ':' : event.key === ' ' ? 'Space' : event.key;
    const command = this.all.find((each) => each.keys?.split(' ').includes(key));
    if (!command) return;
    event.preventDefault();
    command.run();
  }
}
