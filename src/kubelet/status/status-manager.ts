// Sends pod statuses to the API: per pod one write at a time, always the newest, only what differs. Writes that fail are
// retried, so statuses catch up after an outage. A status that a later one will follow at once may wait for it. A pod that is to
// be deleted is deleted after its last status is written.

import { Pod as PodKind } from '../../api/kinds/core/v1/pod.ts';
import type { PodStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { isConflict, isInvalid, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Pod, podName, podNamespace, podUid } from '../pod.ts';
import { OWN_CONDITIONS } from './conditions.ts';
import { statusPatch } from './status-patch.ts';

export interface StatusManagerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SetOptions {
  /** Delete the pod once its status is written. */
  readonly final?: boolean;
  /** Milliseconds that this status may wait for the next one. */
  readonly patience?: number;
}

interface Entry {
  readonly name: string;
  readonly namespace: string;
  /** The newest status that the API is known to hold. */
  base: PodStatus;
  baseVersion: number;
  wanted: PodStatus;
  /** Delete the pod once its status is written. */
  final: boolean;
  sending: Promise<void> | undefined;
  /** Runs while the wanted status waits for the next one. */
  waiting: Timer | undefined;
  gone: boolean;
}

const RETRY_MS = 1000;

export class StatusManager {
  readonly #options: StatusManagerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #stop = new AbortController();

  constructor(options: StatusManagerOptions) {
    this.#options = options;
  }

  /** The pod with the newest status this kubelet computed: what to build the next one on. */
  withStatus(pod: Pod): Pod {
    const entry = this.#entries.get(podUid(pod));
    if (!entry) return pod;
    const foreign = (pod.status?.conditions ?? []).filter(({ type }) => !OWN_CONDITIONS.includes(type));
    const own = (entry.wanted.conditions ?? []).filter(({ type }) => !foreign.some((c) => c.type === type));
    return { ...pod, status: { ...pod.status, ...entry.wanted, conditions: [...own, ...foreign] } };
  }

  /** Somebody else has written something that this kubelet writes; the answers to its own writes are known already. */
  isOverwritten(pod: Pod): boolean {
    const entry = this.#entries.get(podUid(pod));
    if (!entry || versionOf(pod) <= entry.baseVersion) return false;
    return statusPatch(pod.status ?? {}, entry.wanted) !== undefined;
  }

  set(pod: Pod, status: PodStatus, { final = false, patience = 0 }: SetOptions = {}): void {
    const uid = podUid(pod);
    const entry = this.#entries.get(uid) ?? this.#enter(uid, pod);
    this.#learn(entry, pod);
    entry.wanted = status;
    entry.final ||= final;
    if (patience > 0)
      entry.waiting ??= this.#options.clock.after(patience, () => this.#waitsNoLonger(uid, entry));
    else this.#waitsNoLonger(uid, entry);
  }

  forget(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    entry.gone = true;
    entry.waiting?.cancel();
    this.#entries.delete(uid);
  }

  stop(): void {
    this.#stop.abort();
    for (const { waiting } of this.#entries.values()) waiting?.cancel();
  }

  #waitsNoLonger(uid: string, entry: Entry): void {
    entry.waiting?.cancel();
    entry.waiting = undefined;
    entry.sending ??= this.#send(uid, entry);
  }

  #enter(uid: string, pod: Pod): Entry {
    const entry: Entry = {
      name: podName(pod),
      namespace: podNamespace(pod),
      base: pod.status ?? {},
      baseVersion: versionOf(pod),
      wanted: pod.status ?? {},
      final: false,
      sending: undefined,
      waiting: undefined,
      gone: false,
    };
    this.#entries.set(uid, entry);
    return entry;
  }

  /** An object of a later version replaces what was remembered of an earlier write. */
  #learn(entry: Entry, pod: Pod): void {
    if (versionOf(pod) < entry.baseVersion) return;
    entry.base = pod.status ?? {};
    entry.baseVersion = versionOf(pod);
  }

  async #send(uid: string, entry: Entry): Promise<void> {
    while (!entry.gone && !this.#stop.signal.aborted) {
      const { wanted, final } = entry;
      try {
        await this.#write(uid, entry, wanted);
        if (final && entry.wanted === wanted) await this.#delete(uid, entry);
        if (entry.waiting || (entry.wanted === wanted && entry.final === final)) break;
      } catch (error) {
        // The pod is gone, or another one has its name now.
        if (isNotFound(error) || isConflict(error)) break;
        this.#options.log.warn('cannot write pod status', {
          pod: entry.name,
          error: messageOf(error),
        });
        // The same status would be refused again; the next one may not be.
        if (isInvalid(error) && entry.wanted === wanted) break;
        await this.#options.clock.sleep(RETRY_MS, this.#stop.signal).catch(() => {});
      }
    }
    entry.sending = undefined;
  }

  async #write(uid: string, entry: Entry, wanted: PodStatus): Promise<void> {
    const status = statusPatch(entry.base, wanted);
    if (!status) return;
    const { name, namespace } = entry;
    const body = { metadata: { uid }, status };
    const answer = await this.#options.client.patch(PodKind, name, namespace, 'strategic', body, {
      subresource: 'status',
    });
    if (versionOf(answer) < entry.baseVersion) return;
    entry.base = answer.status ?? {};
    entry.baseVersion = versionOf(answer);
  }

  async #delete(uid: string, { name, namespace }: Entry): Promise<void> {
    await this.#options.client.delete(PodKind, name, namespace, {
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
  }
}

const versionOf = (pod: Pod): number => Number(pod.metadata.resourceVersion ?? 0) || 0;
