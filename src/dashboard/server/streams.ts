// All watches of one page over one WebSocket: a browser has six connections to an origin that speaks HTTP/1.1, and a page more watches.
// The page sends `{"id":1,"watch":"/api/v1/pods?watch=1&…","accept":"…"}` and `{"id":1,"end":true}`. It gets binary messages with the
// frames of a watch, behind four bytes with its id, and texts: `{"id":1,"ended":true}`, with `code` and `status` if it was refused.
import { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../kit/clock.ts';
import type { User } from './ports.ts';

/** Of one page. */
const MOST_WATCHES = 64;
/** Bytes of a message from the page. */
export const MOST_MESSAGE = 16 * 1024;
/** Bytes that may wait for the page: beyond that the watches of this page wait, too. */
const MOST_WAITING = 1024 * 1024;
/** Bytes of answers that may wait, besides: a page that does not read them is closed. */
const MOST_ANSWERS = 4 * 1024 * 1024;
/** Characters of the reason why a watch was refused. */
const MOST_REASON = 64 * 1024;
/** How often it is asked whether the session is still good. */
const JUDGED_EVERY = 30_000;
/** A page that does not answer pings for so long is gone. */
const PING_EVERY = 20_000;

export interface StreamsOptions {
  readonly socket: WebSocket;
  readonly clock: Clock;
  /** Rejects when the session is over. */
  readonly judge: () => Promise<User>;
  /** Writes frames to `out` until the watch is over or `out` is destroyed. */
  readonly watch: (
    url: URL,
    accept: string,
    user: User,
    out: Writable,
  ) => Promise<{ status: number; body: unknown } | undefined>;
}

interface Asked {
  readonly id: number;
  readonly watch?: string;
  readonly accept?: string;
  readonly end?: boolean;
}

/** Resolves when the page has gone. */
export function serveStreams(options: StreamsOptions): Promise<void> {
  const { socket, clock, judge } = options;
  const open = new Map<number, Writable>();
  let alive = true;
  const judged = clock.every(
    JUDGED_EVERY,
    () => void judge().catch(() => socket.close(4401, 'the session is over')),
  );
  const pings = clock.every(PING_EVERY, () => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  });
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('message', (data, isBinary) => {
    // Each question has an answer, and a page can ask more than it reads.
    if (socket.bufferedAmount > MOST_WAITING + MOST_ANSWERS) return socket.terminate();
    const asked = isBinary ? undefined : askedOf(String(data));
    if (!asked) return socket.close(1008, 'not understood');
    if (asked.end) return void open.get(asked.id)?.destroy();
    if (open.has(asked.id) || open.size >= MOST_WATCHES) return socket.close(1008, 'too many watches');
    void begin(options, asked, open);
  });
  return new Promise((resolve) => {
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      judged.cancel();
      pings.cancel();
      for (const out of open.values()) out.destroy();
      resolve();
    });
  });
}

async function begin({ socket, judge, watch }: StreamsOptions, asked: Asked, open: Map<number, Writable>) {
  const { id, accept = 'application/json' } = asked;
  const out = framesTo(socket, id);
  open.set(id, out);
  let ending: object = { id, ended: true };
  try {
    const user = await judge();
    const refused = await watch(new URL(asked.watch!, 'http://api'), accept, user, out);
    if (refused) ending = { ...ending, ...reasonOf(refused) };
  } catch (error) {
    ending = { ...ending, code: codeOf(error) };
  } finally {
    open.delete(id);
    out.destroy();
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(ending));
  }
}

/** What is no watch was not refused either: its answer is not sent. */
function reasonOf({ status, body }: { readonly status: number; readonly body: unknown }): object {
  if (status < 400) return { code: 400 };
  return { code: status, status: String(body).slice(0, MOST_REASON) };
}

/** Accepts as much as the page takes. */
function framesTo(socket: WebSocket, id: number): Writable {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return new Writable({
    highWaterMark: MOST_WAITING,
    write(chunk: Buffer, _, done) {
      const sent = () => done();
      // What the page has not taken yet: the next part waits for this one.
      if (socket.bufferedAmount > MOST_WAITING) socket.send(Buffer.concat([head, chunk]), sent);
      else {
        socket.send(Buffer.concat([head, chunk]), () => {});
        done();
      }
    },
  });
}

function askedOf(text: string): Asked | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, watch, accept, end } = value as Record<string, unknown>;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffff_ffff) return undefined;
  if (end === true) return { id, end };
  if (typeof watch !== 'string' || !watch.startsWith('/api')) return undefined;
  return { id, watch, ...(typeof accept === 'string' && { accept }) };
}

const codeOf = (error: unknown): number => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : 500;
};
