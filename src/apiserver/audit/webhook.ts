// The webhook back end: batches of events as an EventList to an HTTPS server. Made by open-auditor.ts.
// Upstream: plugin/pkg/audit/webhook of k8s.io/apiserver in batch mode, its default.
import type { Clock } from '../../kit/clock.ts';
import { Poster } from '../../kit/http1/post.ts';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';
import type { Backend } from './auditor.ts';
import { EventBuffer, type Throttle } from './buffer.ts';

export interface WebhookOptions {
  readonly server: RemoteServer;
  readonly clock: Clock;
  readonly onLost: (error: unknown, count: number) => void;
  /** Upstream’s defaults if left out; null for none. */
  readonly throttle?: Throttle | null | undefined;
}

/** --audit-webhook-batch-max-size and -max-wait (milliseconds). */
const BATCH = 400;
const MAX_WAIT = 30_000;
/** --audit-webhook-initial-backoff in milliseconds: doubled at each attempt, as upstream. */
const FIRST_BACKOFF = 10_000;
const ATTEMPTS = 5;
/** Milliseconds. */
const TIMEOUT = 30_000;
/** Bytes of the answer, which is not used. */
const MAX_ANSWER = 1 << 20;

/** --audit-webhook-batch-throttle-qps and -burst. */
const DEFAULT_THROTTLE: Throttle = { qps: 10, burst: 15 };

export function webhookBackend({
  server,
  clock,
  onLost,
  throttle = DEFAULT_THROTTLE,
}: WebhookOptions): Backend {
  const poster = new Poster(server, clock);
  let closing = false;
  const write = async (events: readonly string[]): Promise<void> => {
    const body = `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${events.join(',')}]}`;
    for (let attempt = 1; ; attempt++) {
      try {
        const { status } = await poster.post(body, { timeout: TIMEOUT, limit: MAX_ANSWER });
        if (status < 200 || status > 299) throw new ResponseError(status);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || closing || isFinal(error)) throw error;
        await clock.sleep(FIRST_BACKOFF * 2 ** (attempt - 1));
      }
    }
  };
  const buffer = new EventBuffer({
    batch: BATCH,
    write,
    onLost,
    ...(throttle && { throttle: { ...throttle, clock } }),
  });
  const timer = clock.every(MAX_WAIT, () => void buffer.flush());
  return {
    name: 'webhook',
    accept(event) {
      const accepted = buffer.add(event);
      if (buffer.length >= BATCH) void buffer.flush();
      return accepted;
    },
    async close() {
      closing = true;
      timer.cancel();
      await buffer.close();
      poster.close();
    },
  };
}

class ResponseError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the audit webhook answered ${code}`);
    this.code = code;
  }
}

/** As upstream: a server that is overloaded or fails is tried again, a refusal is not. */
const isFinal = (error: unknown): boolean =>
  error instanceof ResponseError && error.code < 500 && error.code !== 429;
