// Secrets and ConfigMaps that are named and not there, or not read (watched.ts), for messages.
import type { KubeObject } from '../api/meta/v1/resource.ts';

/** Stands for an object beyond what its namespace may name. */
export const NOT_READ: Readonly<KubeObject> = Object.freeze({ apiVersion: 'v1', kind: '', metadata: {} });

/** Why there is no object; undefined if there is one. */
export function absence(what: string, object: unknown): string | undefined {
  if (object === undefined) return `${what} does not exist`;
  return object === NOT_READ
    ? `${what} is not read: the door reads 1,000, and its namespace names more than its share`
    : undefined;
}
