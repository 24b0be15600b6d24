// The encryption configuration of `tiphys up --encrypt`: one file beside the certificates, for its owner only. It stays in use at
// later starts, with or without the switch, until encryption is switched off: then it only reads. The first key writes; the one
// before it only reads.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Random } from '../../kit/random.ts';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';

/** Bytes. */
const KEY_SIZE = 32;

export const encryptionFile = (pki: string): string => join(pki, 'encryption-config.json');

interface Key {
  readonly name: string;
  readonly secret: string;
}

/** Makes the file with a first key, or puts a new one before those of a cluster that does not encrypt any more; false if it does. */
export function ensureEncryption(pki: string, random: Random): boolean {
  if (encrypts(pki)) return false;
  const [last] = keysIn(pki);
  write(pki, last ? [newKey(numberOf(last) + 1, random), last] : [newKey(1, random)]);
  return true;
}

/** Whether what is written now is encrypted. */
export const encrypts = (pki: string): boolean => providersIn(pki)[0]?.aesgcm !== undefined;

/** The keys only read from now on. Returns the hash, as addKey(). */
export const disableKeys = (pki: string): string => write(pki, keysIn(pki), false);

/** Puts a new key before the present one and forgets those before that. Returns the hash by which the API server names the
 *  configuration in its metrics once it uses it. */
export function addKey(pki: string, random: Random): string {
  const [present] = keysIn(pki);
  if (!present) throw new Error(`${encryptionFile(pki)}: there is no key`);
  return write(pki, [newKey(numberOf(present) + 1, random), present]);
}

/** Puts a new key behind the present one, which reads only; the one that an interrupted rotation has put there stays. Returns the hash. */
export function addNextKey(pki: string, random: Random): string {
  const [present, next] = keysIn(pki);
  if (!present) throw new Error(`${encryptionFile(pki)}: there is no key`);
  const isNext = next && numberOf(next) > numberOf(present);
  return write(pki, [present, isNext ? next : newKey(numberOf(present) + 1, random)]);
}

/** The key that addNextKey() has put there writes from now on. Returns the hash. */
export function useNextKey(pki: string): string {
  const [present, next] = keysIn(pki);
  if (!present || !next) throw new Error(`${encryptionFile(pki)}: there is no next key`);
  return write(pki, [next, present]);
}

const numberOf = ({ name }: Key): number => Number(name.slice('key'.length));

const newKey = (number: number, random: Random): Key => ({
  name: `key${number}`,
  secret: random.bytes(KEY_SIZE).toString('base64'),
});

interface Provider {
  readonly aesgcm?: { readonly keys: readonly Key[] };
  readonly identity?: object;
}

interface File {
  readonly resources: readonly { readonly providers: readonly Provider[] }[];
}

function providersIn(pki: string): readonly Provider[] {
  const text = readIfThere(encryptionFile(pki));
  return text ? ((JSON.parse(text) as File).resources[0]?.providers ?? []) : [];
}

const keysIn = (pki: string): readonly Key[] =>
  providersIn(pki).find(({ aesgcm }) => aesgcm)?.aesgcm?.keys ?? [];

/** JSON is YAML. The first provider writes, both read: objects from before encryption was switched on or off stay readable. */
function write(pki: string, keys: readonly Key[], isOn = true): string {
  const providers: Provider[] = [{ aesgcm: { keys } }, { identity: {} }];
  const config = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [{ resources: ['secrets'], providers: isOn ? providers : providers.reverse() }],
  };
  const text = `${JSON.stringify(config, undefined, 2)}\n`;
  writeAtomically(encryptionFile(pki), text, { durable: true });
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
