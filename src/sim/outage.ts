// A connection to the API server that can be cut: for tests of what goes on while the API server is away.
import type { Transport, WatchFrame } from '../client/transport/transport.ts';

export interface CuttableTransport extends Transport {
  /** Away, every request fails and every watch ends, as when the server's process is gone. */
  setAway(away: boolean): void;
}

export function cuttable(inner: Transport): CuttableTransport {
  let outage: AbortController | undefined;
  let up = new AbortController();
  const refuse = () => {
    if (outage) throw new Error('connect ECONNREFUSED');
  };
  return {
    setAway(away) {
      outage = away ? new AbortController() : undefined;
      if (away) up.abort();
      else up = new AbortController();
    },
    async request(request) {
      refuse();
      return inner.request(request);
    },
    async watch(request) {
      refuse();
      const signals = [up.signal, ...(request.signal ? [request.signal] : [])];
      return endingWith(up.signal, await inner.watch({ ...request, signal: AbortSignal.any(signals) }));
    },
  };
}

/** An abort ends the frames without an error, as the end of a connection does. */
async function* endingWith(
  signal: AbortSignal,
  frames: AsyncIterable<WatchFrame>,
): AsyncGenerator<WatchFrame> {
  try {
    yield* frames;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
