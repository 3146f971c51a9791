// What makes one value of another: the other half of engine/core/edit.hpp.

export type Edit = { to: unknown } | { in: [string | number, Edit][] } | { at: number; out: number; put: unknown[] };

/** The value with the edit made in it; what it leaves alone is shared with the value, which stays as it was. */
export function edited(value: unknown, edit: Edit): unknown {
  if ('to' in edit) return edit.to;
  if ('put' in edit) {
    const items = value as unknown[];
    return [...items.slice(0, edit.at), ...edit.put, ...items.slice(edit.at + edit.out)];
  }
  const members = value as Record<string, unknown>;
  const changed = Object.fromEntries(edit.in.map(([key, inner]) => [key, edited(members[key], inner)]));
  return Array.isArray(value) ? Object.assign([...value], changed) : { ...members, ...changed };
}

/** Whether it changes this member of an object, or may do. */
export function touches(edit: Edit, key: string): boolean {
  return !('in' in edit) || edit.in.some(([changed]) => changed === key);
}
