// Writes every Secret again, so that it is stored with the key that comes first now. An update that changes nothing does this
// (see apiserver/encryption); resource versions change only of objects that had another key.
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { UserError } from '../progress.ts';
import { addKey, addNextKey, disableKeys, useNextKey } from './config-file.ts';

/** Milliseconds in which the API server takes up a new file. */
const RELOAD_LIMIT = 30_000;
const RELOAD_POLL = 100;
/** Secrets read at a time. */
const PAGE = 200;

/** Returns how many there are. */
export async function rewriteSecrets(client: Client): Promise<number> {
  let count = 0;
  let next = '';
  do {
    const page = await client.list(Secret, { limit: PAGE, ...(next && { continue: next }) });
    for (const secret of page.items) {
      count++;
      // Somebody else's write of it, or its deletion, does as well.
      await client.update(Secret, secret).catch((error) => {
        if (!isConflict(error) && !isNotFound(error)) throw error;
      });
    }
    next = page.continue ?? '';
  } while (next);
  return count;
}

export interface RotationOptions {
  readonly pki: string;
  readonly client: Client;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Of several servers: resolves when all use the keys as this one does. */
  readonly agreed?: () => Promise<void>;
}

/** A new key for all Secrets. The old one stays readable until the next rotation: older versions are kept for a while. */
export async function rotateKey(options: RotationOptions): Promise<number> {
  const { pki, random, agreed } = options;
  if (!agreed) return rewriteWith(addKey(pki, random), options);
  // Nobody writes with a key with which another server cannot read.
  await use(addNextKey(pki, random), options);
  return rewriteWith(useNextKey(pki), options);
}

/** All Secrets as they are. The key stays readable: older versions are kept for a while. */
export const disableEncryption = (options: RotationOptions): Promise<number> =>
  rewriteWith(disableKeys(options.pki), options);

async function rewriteWith(hash: string, options: RotationOptions): Promise<number> {
  await use(hash, options);
  return rewriteSecrets(options.client);
}

async function use(hash: string, { transport, clock, agreed }: RotationOptions): Promise<void> {
  const deadline = clock.monotonic() + RELOAD_LIMIT;
  while (!(await usesConfiguration(transport, hash))) {
    if (clock.monotonic() > deadline)
      throw new UserError('the API server has not taken up the new configuration; its log says why');
    await clock.sleep(RELOAD_POLL);
  }
  await agreed?.();
}

async function usesConfiguration(transport: Transport, hash: string): Promise<boolean> {
  const { body } = await transport.request({ method: 'GET', path: '/metrics' });
  return body.includes(`last_config_info{hash="${hash}"}`);
}
