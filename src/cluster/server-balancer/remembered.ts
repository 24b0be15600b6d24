// The servers that a node knew last, on its disk: the way back into the cluster after a restart, whichever server it joined by.
import { existsSync, readFileSync } from 'node:fs';
import { writeAtomically } from '../pki/credential-files.ts';
import { parseServer } from './addresses.ts';

export interface Remembered {
  /** Those of the cluster when it was last seen. */
  readonly current: readonly string[];
  /** Those that it had before, the last ones first. */
  readonly earlier: readonly string[];
}

/** Of servers that are gone; a replaced machine may come back with its address. */
const EARLIER = 8;

/** Nothing where there is no file, or one that cannot be read. */
export function readRemembered(file: string): Remembered {
  const none = { current: [], earlier: [] };
  if (!existsSync(file)) return none;
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof Remembered, unknown>>;
    return { current: serversIn(found.current), earlier: serversIn(found.earlier) };
  } catch {
    return none;
  }
}

export const writeRemembered = (file: string, remembered: Remembered): void =>
  writeAtomically(file, `${JSON.stringify(remembered, undefined, 2)}\n`);

/** What is remembered once the cluster has `servers`. */
export function remember({ current, earlier }: Remembered, servers: readonly string[]): Remembered {
  const gone = [...current, ...earlier].filter((server) => !servers.includes(server));
  return { current: servers, earlier: [...new Set(gone)].slice(0, EARLIER) };
}

const serversIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((one): one is string => typeof one === 'string' && parseServer(one) !== undefined)
    : [];
