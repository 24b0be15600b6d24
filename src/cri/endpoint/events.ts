// The port's events from a runtime of which nothing but CRI is known: its own stream where it has one (GetContainerEvents:
// containerd from 1.7 on, CRI-O with enable_pod_events), and otherwise a look at its lists every second, as upstream's
// relist. What a stream leaves out, the kubelet's own relist finds.
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { RuntimeChannel } from '../containerd/channel.ts';
import { containerEvents } from '../containerd/services/runtime-methods.ts';
import { isCriError } from '../error.ts';
import type { RuntimeEvent, RuntimeService } from '../runtime.ts';
import { changes, type Seen, seenIn } from './relist.ts';

/** Milliseconds, as upstream's genericPlegRelistPeriod. */
const RELIST = 1_000;
const RETRY = { base: 50, cap: 2_000 };
/** A stream that ends sooner than this, again and again, is none. */
const SHORT = 1_000;
const MOST_SHORT = 3;

type Lists = Pick<RuntimeService, 'version' | 'listContainers' | 'listPodSandboxes'>;

const RESYNC: RuntimeEvent = { containerId: '', kind: 'resync' };

export async function* runtimeEvents(
  grpc: Pick<RuntimeChannel, 'stream'>,
  lists: Lists,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent, void> {
  const backoff = new Backoff<'stream'>(RETRY);
  for (let short = 0; !signal.aborted && short < MOST_SHORT; ) {
    const began = clock.monotonic();
    try {
      // A runtime that does not answer has no stream either, and says nothing of whether it knows one.
      await lists.version();
      yield RESYNC;
      for await (const { containerId, kind } of grpc.stream(containerEvents, [{}], { signal })) {
        backoff.forget('stream');
        yield { containerId, kind };
      }
      short = clock.monotonic() - began < SHORT ? short + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!isCriError(error)) throw error;
      if (isCriError(error, 'unimplemented')) break;
      short = isCriError(error, 'unavailable') || clock.monotonic() - began >= SHORT ? 0 : short + 1;
    }
    await clock.sleep(backoff.next('stream'), signal).catch(() => {});
  }
  yield* relisted(lists, clock, signal);
}

async function* relisted(
  lists: Lists,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<RuntimeEvent, void> {
  let seen: Seen | undefined;
  while (!signal.aborted) {
    try {
      const [containers, sandboxes] = await Promise.all([lists.listContainers(), lists.listPodSandboxes()]);
      const now = seenIn(containers, sandboxes);
      yield* seen ? changes(seen, now) : [RESYNC];
      seen = now;
    } catch (error) {
      if (!isCriError(error)) throw error;
      seen = undefined;
    }
    await clock.sleep(RELIST, signal).catch(() => {});
  }
}
