// Lists of users, by what is in them. Pure.
import { createHash } from 'node:crypto';
import type { Policy } from '../../../model/policy.ts';

type Auth = NonNullable<Policy['auth']>;

const names = new WeakMap<Auth['users'], string>();

/** The same for the same users, and no other. */
export function listName({ users }: Auth): string {
  const name =
    names.get(users) ?? `u${createHash('sha256').update(JSON.stringify(users)).digest('hex').slice(0, 32)}`;
  names.set(users, name);
  return name;
}
