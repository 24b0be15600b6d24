// Evicts or deletes the pods of a drain and waits until they are gone. Evictions that a disruption budget refuses are tried again.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { durationText } from '../../../api/meta/v1/duration.ts';
import { isLongDeleted } from '../../../api/nodes/drain.ts';
import { isForbidden, isTooManyRequests, StatusError } from '../../../api/status/status-error.ts';
import type { DryRun } from '../../command/common-flags.ts';
import { pathOf } from '../../discovery/served.ts';
import { plainText } from '../../errors/text.ts';
import type { Io } from '../../io/io.ts';
import { isNotFound } from '../../resources/info.ts';
import type { Session } from '../../session/session.ts';
import { goQuote } from '../../text/quote.ts';

export interface Eviction {
  readonly io: Io;
  readonly session: Session;
  readonly dryRun: DryRun;
  /** Seconds; the pod's own when negative. */
  readonly gracePeriod: number;
  /** 0 for no end. */
  readonly timeoutMs: number;
  readonly disableEviction: boolean;
  readonly skipWaitAfter: number;
  /** Says what became of a pod. */
  report(pod: Pod, words: string): Promise<void>;
}

const RETRY_MS = 5_000;
const POLL_MS = 1_000;
/** Evictions that are under way at the same time. */
const AT_ONCE = 50;

const where = ({ metadata: { name = '', namespace = '' } }: Pod): string =>
  `pods/${goQuote(name)} -n ${goQuote(namespace)}`;

const PODS = { group: '', version: 'v1', resource: 'pods', namespaced: true };

const podPath = ({ metadata: { name = '', namespace = '' } }: Pod, subresource?: string): string =>
  pathOf(PODS, namespace, name, subresource);

export async function evictAll(eviction: Eviction, pods: readonly Pod[]): Promise<void> {
  if (pods.length === 0) return;
  const { io, timeoutMs } = eviction;
  const late = new AbortController();
  const timer = timeoutMs > 0 ? io.clock.after(timeoutMs, () => late.abort()) : undefined;
  const signal = AbortSignal.any([io.signal, late.signal]);
  try {
    const version = eviction.disableEviction ? undefined : await evictionVersion(eviction.session);
    if (version === undefined) await deleteAll(eviction, pods, signal);
    else await evictEach(eviction, pods, version, signal);
  } finally {
    timer?.cancel();
  }
}

interface ResourceDocument {
  readonly resources?: readonly { name: string; kind: string; group?: string; version?: string }[];
}

/** `policy/v1`; undefined for a server that cannot evict. */
async function evictionVersion(session: Session): Promise<string | undefined> {
  const { resources = [] } = await session.json<ResourceDocument>({ path: '/api/v1' });
  const found = resources.find(({ name, kind }) => name === 'pods/eviction' && kind === 'Eviction');
  return found?.group && found.version ? `${found.group}/${found.version}` : undefined;
}

async function evictEach(
  eviction: Eviction,
  pods: readonly Pod[],
  version: string,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...pods];
  const errors: unknown[] = [];
  const worker = async () => {
    for (let pod = waiting.shift(); pod; pod = waiting.shift())
      await evictOne(eviction, pod, version, signal).catch((error: unknown) => errors.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, pods.length) }, worker));
  if (errors.length > 0) throw new AggregateError(errors);
}

async function evictOne(eviction: Eviction, pod: Pod, version: string, signal: AbortSignal): Promise<void> {
  const { io, session, dryRun } = eviction;
  const suffix = dryRun === 'server' ? ' (server dry run)' : '';
  let current = pod;
  for (;;) {
    const { name = '', namespace = '' } = current.metadata;
    io.out(`evicting pod ${namespace}/${name}${suffix}\n`);
    if (signal.aborted)
      throw new Error(
        `error when evicting ${where(current)}: global timeout reached: ${durationText(eviction.timeoutMs)}`,
      );
    try {
      const metadata = { name, namespace };
      const body = {
        apiVersion: version,
        kind: 'Eviction',
        metadata,
        deleteOptions: deleteOptions(eviction),
      };
      await session.request({ method: 'POST', path: podPath(current, 'eviction'), body });
      break;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!(await mayRetry(eviction, current, error, signal))) break;
    }
    current = await session.json<Pod>({ path: podPath(current) }).catch(() => current);
  }
  if (dryRun === 'server') return;
  try {
    await untilGone(eviction, [current], true, signal);
  } catch (error) {
    const { name = '', namespace = '' } = pod.metadata;
    throw new Error(
      `error when waiting for pod ${goQuote(name)} in namespace ${goQuote(namespace)} to terminate: ${plainText(error)}`,
      { cause: error },
    );
  }
}

/** After a wait; false when the pod is going anyhow. Throws what cannot be helped by trying again. */
async function mayRetry({ io }: Eviction, pod: Pod, error: unknown, signal: AbortSignal): Promise<boolean> {
  const { name = '', namespace = '', deletionTimestamp } = pod.metadata;
  const ends = isForbidden(error) && isTerminatingNamespace(error);
  if (ends && deletionTimestamp) return false;
  const retry = `(will retry after ${durationText(RETRY_MS)}): ${plainText(error)}\n`;
  if (isTooManyRequests(error)) io.err(`error when evicting ${where(pod)} ${retry}`);
  else if (ends)
    io.err(
      `error when evicting pod ${goQuote(name)} from terminating namespace ${goQuote(namespace)} ${retry}`,
    );
  else throw new Error(`error when evicting ${where(pod)}: ${plainText(error)}`, { cause: error });
  await io.clock.sleep(RETRY_MS, signal).catch(() => undefined);
  return true;
}

const isTerminatingNamespace = (error: unknown): boolean =>
  error instanceof StatusError &&
  (error.status.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');

const deleteOptions = ({ gracePeriod, dryRun }: Eviction) => ({
  ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }),
  ...(dryRun === 'server' && { dryRun: ['All'] }),
});

async function deleteAll(eviction: Eviction, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
  for (const pod of pods) {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', ...deleteOptions(eviction) };
    await eviction.session.request({ method: 'DELETE', path: podPath(pod), body }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
  await untilGone(eviction, pods, false, signal);
}

/** Looks every second. */
async function untilGone(
  eviction: Eviction,
  pods: readonly Pod[],
  evicting: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { io } = eviction;
  let left = pods;
  for (;;) {
    const still: Pod[] = [];
    for (const pod of left) if (await isThere(eviction, pod, evicting)) still.push(pod);
    left = still;
    if (left.length === 0) return;
    await io.clock.sleep(POLL_MS, signal).catch(() => {
      throw new Error('context deadline exceeded');
    });
  }
}

async function isThere(eviction: Eviction, pod: Pod, evicting: boolean): Promise<boolean> {
  const { session, io, report, skipWaitAfter } = eviction;
  try {
    const found = await session.json<Pod>({ path: podPath(pod) });
    if (found.metadata.uid === pod.metadata.uid) {
      if (!isLongDeleted(found, skipWaitAfter, io.clock.now())) return true;
      io.out(
        `pod ${goQuote(pod.metadata.name ?? '')} has DeletionTimestamp older than ${skipWaitAfter} seconds, skipping\n`,
      );
      return false;
    }
  } catch (error) {
    if (!isNotFound(error)) {
      await report(pod, evicting ? 'eviction failed' : 'deletion failed');
      throw error;
    }
  }
  await report(pod, evicting ? 'evicted' : 'deleted');
  return false;
}
