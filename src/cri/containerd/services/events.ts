// containerd's own event stream as the port's events. An `exited` is passed on only when CRI's status shows it too (some
// 35 ms later), so that the reader need not poll. The stream is resumed after a restart of containerd.
import { Backoff } from '../../../kit/backoff.ts';
import type { Clock } from '../../../kit/clock.ts';
import { bytes, string } from '../../../kit/protobuf/codec.ts';
import { message, repeated } from '../../../kit/protobuf/message.ts';
import { CriError, isCriError } from '../../error.ts';
import type { RuntimeEvent, RuntimeService } from '../../runtime.ts';
import type { RuntimeChannel } from '../channel.ts';

interface Envelope {
  topic: string;
  event?: { typeUrl: string; value: Buffer };
}

const subscribe = {
  path: '/containerd.services.events.v1.Events/Subscribe',
  request: message<{ filters: string[] }>({ filters: [1, repeated(string)] }),
  response: message<Envelope>({
    topic: [3, string],
    event: [4, message<NonNullable<Envelope['event']>>({ typeUrl: [1, string], value: [2, bytes] })],
  }),
};

// The task events all carry the container's id as field 1; an exit also the process's (equal for the first process).
const taskEvent = message<{ containerId: string; id: string }>({ containerId: [1, string], id: [2, string] });

const KINDS: Readonly<Record<string, RuntimeEvent['kind']>> = {
  '/tasks/create': 'created',
  '/tasks/start': 'started',
  '/tasks/exit': 'exited',
  '/tasks/oom': 'oom',
  '/containers/delete': 'deleted',
};

const RETRY = { base: 50, cap: 2_000 };
/** Milliseconds between the first looks at a status that is about to change, and for how long it is looked at. */
const EXIT_POLL = 10;
const EXIT_PATIENCE = 5_000;

type Statuses = Pick<RuntimeService, 'containerStatus' | 'podSandboxStatus' | 'version'>;

/** Told of each process that ends, commands in containers as well. */
export type OnExit = (containerId: string, processId: string) => void;

export async function* containerdEvents(
  grpc: RuntimeChannel,
  statuses: Statuses,
  clock: Clock,
  signal: AbortSignal,
  onExit: OnExit = () => {},
): AsyncGenerator<RuntimeEvent, void> {
  const mailbox = new Mailbox();
  signal.addEventListener('abort', () => mailbox.wake(), { once: true });
  const pump = pumpEvents(grpc, statuses, clock, signal, mailbox, onExit);
  pump.catch(() => mailbox.close());
  while (!signal.aborted && !mailbox.closed) {
    const event = await mailbox.take(signal);
    if (event) yield event;
  }
  await pump;
}

async function pumpEvents(
  grpc: RuntimeChannel,
  statuses: Statuses,
  clock: Clock,
  signal: AbortSignal,
  mailbox: Mailbox,
  onExit: OnExit,
): Promise<void> {
  const filters = Object.keys(KINDS).map((topic) => `namespace==k8s.io,topic=="${topic}"`);
  const backoff = new Backoff<'stream'>(RETRY);
  while (!signal.aborted) {
    try {
      await statuses.version();
      const stream = grpc.stream(subscribe, [{ filters }], { signal });
      mailbox.put({ containerId: '', kind: 'resync' });
      for await (const envelope of stream) {
        backoff.forget('stream');
        const event = toEvent(envelope, onExit);
        if (!event) continue;
        if (event.kind !== 'exited') mailbox.put(event);
        else void exitVisible(statuses, clock, event.containerId).then(() => mailbox.put(event));
      }
    } catch (error) {
      if (!(error instanceof CriError) && !signal.aborted) throw error;
    }
    await clock.sleep(backoff.next('stream'), signal).catch(() => {});
  }
}

function toEvent(envelope: Envelope, onExit: OnExit): RuntimeEvent | undefined {
  const kind = KINDS[envelope.topic];
  if (!kind || !envelope.event) return undefined;
  const { containerId, id } = taskEvent.decode(envelope.event.value);
  if (kind === 'exited') onExit(containerId, id);
  const ofExec = kind === 'exited' && id !== containerId;
  return ofExec ? undefined : { containerId, kind };
}

/**
 * Waits until the runtime's status no longer says that the container (or sandbox) runs. Looks less often the longer it takes: when
 * many end at the same time, containerd has better things to do.
 */
async function exitVisible(statuses: Statuses, clock: Clock, id: string): Promise<void> {
  const runs = runningState(statuses, id);
  const began = clock.monotonic();
  for (let waited = 0; waited < EXIT_PATIENCE; waited = clock.monotonic() - began) {
    await clock.sleep(Math.max(EXIT_POLL, waited / 3));
    try {
      if (!(await runs())) return;
    } catch {
      return;
    }
  }
}

/** Which of both it is shows at the first look. */
function runningState(statuses: Statuses, id: string): () => Promise<boolean> {
  let isSandbox = false;
  return async () => {
    if (!isSandbox) {
      try {
        return (await statuses.containerStatus(id)).state === 'running';
      } catch (error) {
        if (!isCriError(error, 'notFound')) throw error;
        isSandbox = true;
      }
    }
    return (await statuses.podSandboxStatus(id)).state === 'ready';
  };
}

/** An unbounded queue between the stream and the reader, so that a slow reader never stalls the stream. */
class Mailbox {
  readonly #events: RuntimeEvent[] = [];
  closed = false;
  #waiter: (() => void) | undefined;

  put(event: RuntimeEvent): void {
    this.#events.push(event);
    this.wake();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  wake(): void {
    this.#waiter?.();
    this.#waiter = undefined;
  }

  async take(signal: AbortSignal): Promise<RuntimeEvent | undefined> {
    if (this.#events.length === 0 && !signal.aborted && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#waiter = resolve;
      });
    }
    return this.#events.shift();
  }
}
