// Compacts etcd every five minutes to the revision of five minutes ago. All servers, kube-apiservers included, agree by the version
// of one key which of them does it: who finds it as it was last time. The others take over what it says.
// Every server forgets at the same pace what its replica has of the time before. Called by etcd-store.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/storage/etcd3/compact.go.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { ATTEMPT_MS } from './limits.ts';
import type { Replica } from './replica/replica.ts';
import type { Endpoints } from './rpc/endpoints.ts';
import { isCompacted } from './rpc/errors.ts';
import { COMPACT, TXN } from './rpc/methods.ts';

/** Not below the prefix: it is one for all of etcd. */
const KEY = Buffer.from('compact_rev_key');
const INTERVAL_MS = 5 * 60_000;

export interface CompactorOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly endpoints: Pick<Endpoints, 'call'>;
  readonly replica: {
    readonly revision: number;
    readonly state: Pick<Replica['state'], 'compacted'>;
    readonly compaction: Pick<Replica['compaction'], 'to'>;
  };
}

export class Compactor {
  readonly #options: CompactorOptions;
  readonly #timer: Timer;
  /** What the key's version was last time. */
  #version = 0;
  /** etcd's revision last time; 0 before. */
  #then = 0;
  /** The replica's revision last time. */
  #shown: number;

  constructor(options: CompactorOptions) {
    this.#options = options;
    this.#shown = options.replica.revision;
    this.#timer = options.clock.every(INTERVAL_MS, () => void this.#turn());
  }

  close(): void {
    this.#timer.cancel();
  }

  async #turn(): Promise<void> {
    const { log, replica } = this.#options;
    const until = this.#shown;
    this.#shown = replica.revision;
    try {
      await this.#compactEtcd();
    } catch (error) {
      log.warn('etcd could not be compacted', { error: messageOf(error) });
    }
    if (until > replica.state.compacted) await replica.compaction.to(until);
  }

  async #compactEtcd(): Promise<void> {
    const { endpoints } = this.#options;
    const { header, succeeded, responses } = await endpoints.call(
      TXN,
      {
        compare: [{ target: 'version', key: KEY, version: this.#version }],
        success: [{ request_put: { key: KEY, value: Buffer.from(String(this.#then)) } }],
        failure: [{ request_range: { key: KEY } }],
      },
      ATTEMPT_MS,
    );
    const revision = this.#then;
    this.#then = header.revision;
    if (!succeeded) {
      this.#version = responses[0]?.response_range?.kvs[0]?.version ?? 0;
      return;
    }
    this.#version++;
    if (revision > 0) await compactEtcd(endpoints, revision);
  }
}

/** Resolves also if others have compacted to that revision, or beyond. */
export async function compactEtcd(endpoints: Pick<Endpoints, 'call'>, revision: number): Promise<void> {
  try {
    await endpoints.call(COMPACT, { revision, physical: false }, ATTEMPT_MS);
  } catch (error) {
    if (!isCompacted(error)) throw error;
  }
}
