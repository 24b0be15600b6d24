// Keeps the keys of this server and those of the others alike: what a command has changed here is told to all, what was changed elsewhere is
// taken up here, without a restart. Of two changes at a time the one that was told first stays, and no key that has signed is forgotten.
// Called by control-plane.ts where several servers may share a store.

import { join } from 'node:path';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { isAlreadyExists, isConflict } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { InformerFactory, type InformerOf } from '../../../client/informer/factory.ts';
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Random } from '../../../kit/random.ts';
import type { Store } from '../../../store/store.ts';
import { readIfThere, writeAtomically } from '../../pki/credential-files.ts';
import { digestOf, type KeyTexts, readKeys, withoutLoss, writeKeys } from './key-files.ts';
import {
  hasTakenUp,
  keysMap,
  NAME,
  NAMESPACE,
  STORED_AT,
  sealingKey,
  storedIn,
  takenUp,
} from './stored-keys.ts';

export interface SharedKeysOptions {
  readonly pki: string;
  /** This server's, among those of the cluster. */
  readonly server: string;
  /** With an administrator's rights. */
  readonly client: Client;
  /** The keys in the files are used from now on. */
  readonly onChange: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What this server has told, or taken up, last. */
export interface KeyState {
  readonly generation: number;
  readonly digest: string;
}

const STATE = 'shared-keys.json';
const LOOK_EVERY_MS = 1_000;

export function keyState(pki: string): KeyState {
  const text = readIfThere(join(pki, STATE));
  return text ? (JSON.parse(text) as KeyState) : { generation: 0, digest: '' };
}

/** Before a server has read anything else: what was changed while it was down. */
export function adoptStored(store: Pick<Store, 'get'>, pki: string): void {
  const found = store.get(STORED_AT);
  if (!found) return;
  const stored = storedIn(JSON.parse(found.value.toString()) as ConfigMap, sealingKey(pki));
  if (stored && stored.generation > keyState(pki).generation) adopt(pki, stored);
}

function adopt(pki: string, { generation, texts }: { generation: number; texts: KeyTexts }): void {
  const [own, before] = [readKeys(pki), keyState(pki)];
  const hasChanged = digestOf(own) !== before.digest;
  writeKeys(pki, hasChanged ? withoutLoss(texts, own) : texts);
  writeState(pki, { generation, digest: digestOf(texts) });
}

const writeState = (pki: string, state: KeyState): void =>
  writeAtomically(join(pki, STATE), `${JSON.stringify(state)}\n`, { durable: true });

export class SharedKeys {
  readonly #options: SharedKeysOptions;
  readonly #key: Uint8Array;
  readonly #informers: InformerFactory;
  readonly #maps: InformerOf<typeof ConfigMap>;
  readonly #timer: Timer;
  #used: string;
  #work: Promise<void> | undefined;

  constructor(options: SharedKeysOptions) {
    this.#options = options;
    const { pki, clock } = options;
    this.#key = sealingKey(pki);
    this.#used = digestOf(readKeys(pki));
    this.#informers = new InformerFactory(options);
    this.#maps = this.#informers.informer(ConfigMap, {
      namespace: NAMESPACE,
      fieldSelector: `metadata.name=${NAME}`,
    });
    const look = () => this.#look();
    this.#maps.addHandler({ onAdd: look, onUpdate: look, onDelete: look });
    this.#informers.start();
    this.#timer = clock.every(LOOK_EVERY_MS, look);
  }

  async stop(): Promise<void> {
    this.#timer.cancel();
    this.#informers.stop();
    await this.#work;
  }

  #look(): void {
    if (!this.#maps.hasSynced) return;
    this.#work ??= this.#follow()
      .catch((error: unknown) =>
        this.#options.log.warn('the keys of the servers could not be compared', { error: messageOf(error) }),
      )
      .finally(() => {
        this.#work = undefined;
      });
  }

  async #follow(): Promise<void> {
    const { pki, log, server, client } = this.#options;
    const map = this.#maps.lister.get(NAME, NAMESPACE);
    const stored = storedIn(map, this.#key);
    if (stored && stored.generation > keyState(pki).generation) {
      adopt(pki, stored);
      log.info('keys that another server has are taken up', { generation: stored.generation });
    }
    const texts = readKeys(pki);
    const digest = digestOf(texts);
    // Others are told when this server uses them.
    if (digest !== this.#used) await this.#options.onChange();
    this.#used = digest;
    const state = keyState(pki);
    if (!stored || stored.generation < state.generation || digest !== state.digest)
      return this.#tell(map, texts, Math.max(state.generation, stored?.generation ?? 0) + 1);
    if (hasTakenUp(map, server) < state.generation)
      await client.patch(ConfigMap, NAME, NAMESPACE, 'merge', takenUp(server, state.generation));
  }

  async #tell(map: Readonly<ConfigMap> | undefined, texts: KeyTexts, generation: number): Promise<void> {
    const { pki, client, random, server } = this.#options;
    const wanted = keysMap({ generation, texts }, server, this.#key, random);
    try {
      if (map) await client.update(ConfigMap, { ...map, data: { ...map.data, ...wanted.data } });
      else await client.create(ConfigMap, wanted);
    } catch (error) {
      // Another one was first: its keys come.
      if (isConflict(error) || isAlreadyExists(error)) return;
      throw error;
    }
    writeState(pki, { generation, digest: digestOf(texts) });
  }
}
