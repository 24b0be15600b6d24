// The users of basic authentication, from the file `auth` of a Secret as htpasswd writes it. Hashes are for crypt(3); the proxy computes
// one for each request, so that slow ones are refused: anybody could keep it busy with wrong passwords.
import type { Secret } from '../api/kinds/core/v1/secret.ts';
import { absence } from './absence.ts';
import { isUserName } from './model/alphabets.ts';
import type { User } from './model/policy.ts';

const MOST_USERS = 1_000;
const MOST_BYTES = 256 * 1024;
/** bcrypt's cost; SHA-crypt's rounds. HAProxy refuses its configuration for a hash that crypt(3) cannot compute. */
const LEAST_COST = 4;
const MOST_COST = 10;
const MOST_ROUNDS = 20_000;

/** The users, or why there are none. `name`: what the Secret is called in that. */
export function usersOf(name: string, secret: Readonly<Secret> | undefined): readonly User[] | string {
  const absent = absence(`Secret ${name}`, secret);
  if (absent !== undefined) return absent;
  const encoded = secret?.data?.auth;
  if (typeof encoded !== 'string') return `Secret ${name} has no key "auth"`;
  if (encoded.length > MOST_BYTES) return `Secret ${name} is too large`;
  const lines = Buffer.from(encoded, 'base64').toString('utf8').split('\n');
  const users = lines.map((line) => line.trim()).flatMap((line) => userOf(line) ?? []);
  if (users.length === 0)
    return `Secret ${name} has no user with a bcrypt or SHA-crypt password of moderate cost`;
  return users.slice(0, MOST_USERS);
}

function userOf(line: string): User | undefined {
  const colon = line.indexOf(':');
  const [name, hash] = [line.slice(0, colon), line.slice(colon + 1)];
  return colon > 0 && isUserName(name) && isAffordable(hash) ? { name, hash } : undefined;
}

function isAffordable(hash: string): boolean {
  const bcrypt = /^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{53}$/.exec(hash);
  if (bcrypt) return Number(bcrypt[1]) >= LEAST_COST && Number(bcrypt[1]) <= MOST_COST;
  const sha = /^\$[56]\$(rounds=([1-9][0-9]{3,5})\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}$/.exec(hash);
  return sha !== null && Number(sha[2] ?? 5_000) <= MOST_ROUNDS;
}
