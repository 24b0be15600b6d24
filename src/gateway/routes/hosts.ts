// Host names of listeners and routes. A wildcard `*.x` stands for names of one or more labels before `.x`, and for no less; an empty one
// for every name. The model writes such wildcards as `**.x`.
import type { Host } from '../model/routes.ts';

const rest = (wildcard: string): string => wildcard.slice(1);
const isWildcard = (host: string): boolean => host.startsWith('*.');

/** Whether every name that `narrow` stands for is one that `wide` stands for. */
export function covers(wide: string, narrow: string): boolean {
  if (wide === '' || wide === narrow) return true;
  if (!isWildcard(wide) || narrow === '') return false;
  return narrow.length > wide.length - 1 && narrow.endsWith(rest(wide));
}

/** The names that both stand for; undefined if there are none. */
export function intersection(a: string, b: string): string | undefined {
  if (covers(a, b)) return b;
  return covers(b, a) ? a : undefined;
}

/** Of hosts that one name belongs to: names before wildcards, longer ones first. */
export const bySpecificity = (a: string, b: string): number =>
  Number(isWildcard(a) || a === '') - Number(isWildcard(b) || b === '') || b.length - a.length;

/** Wildcards that cover a host, the host itself left out; the longest first and '' at the end. */
export function wider(host: string): string[] {
  if (host === '') return [];
  const found: string[] = [];
  const name = isWildcard(host) ? host.slice(2) : host;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
    found.push(`*${name.slice(dot)}`);
  return [...found, ''];
}

export const modelHost = (host: string): Host => (isWildcard(host) ? `*${host}` : host);
