// Colours, as the style sheet has them; whatever a colour says, a shape or a word says too.

export interface Theme {
  paper: string;
  ink: string;
  muted: string;
  hairline: string;
  cursor: string;
  bad: string;
  warn: string;
  good: string;
  epochs: string[];
  epochsDeep: string[];
}

export type Scheme = 'light' | 'dark' | 'system';

export function setScheme(scheme: Scheme): void {
  if (scheme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = scheme;
}

export function isDark(): boolean {
  const forced = document.documentElement.dataset['theme'];
  return forced ? forced === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

const known = new Map<boolean, Theme>();

export function theme(): Theme {
  const dark = isDark();
  let colours = known.get(dark);
  if (!colours) known.set(dark, (colours = readTheme()));
  return colours;
}

/** Asking for styles costs a layout. */
function readTheme(): Theme {
  const sample = document.body.appendChild(document.createElement('i'));
  const colour = (name: string) => {
    sample.style.color = `var(--${name})`;
    return getComputedStyle(sample).color;
  };
  const epochs = [0, 1, 2, 3, 4, 5];
  const all = {
    paper: colour('panel'),
    ink: colour('ink'),
    muted: colour('muted'),
    hairline: colour('hairline'),
    cursor: colour('cursor'),
    bad: colour('bad'),
    warn: colour('warn'),
    good: colour('good'),
    epochs: epochs.map((at) => colour(`epoch-${at}`)),
    epochsDeep: epochs.map((at) => colour(`epoch-${at}-deep`)),
  };
  sample.remove();
  return all;
}
