/** What the keys do in the drawing. */

export type GraphAction = 'enlarge' | 'reduce' | 'fit' | 'open' | 'toggle';

const ACTIONS: Readonly<Record<string, GraphAction>> = {
  '+': 'enlarge',
  '=': 'enlarge',
  '-': 'reduce',
  '0': 'fit',
  Enter: 'open',
  ' ': 'toggle',
};

/** Undefined for any other key: it may lead to another node. */
export function graphAction(key: string): GraphAction | undefined {
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
}
