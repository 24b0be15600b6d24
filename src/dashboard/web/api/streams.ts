// Every watch of this page over one WebSocket. It is opened with the first watch, and again, with growing delays, when it is lost; the
// watches of before are then told, and begin again where they were.
import { signal } from '@preact/signals';
import { systemClock } from '../../../kit/clock.ts';
import { type ApiError, apiError } from './errors.ts';
import { sessionIsOver } from './session.ts';
import { socketTo } from './socket.ts';

export interface WatchCalls {
  /** Whole lines, as many as have come. */
  lines(text: string): void;
  /** The server has ended the watch, or refused it. */
  ended(error: ApiError | undefined): void;
  /** The connection is lost: ended() does not follow. */
  lost(): void;
}

/** Whether the server can be reached. */
export const connection = signal<'new' | 'up' | 'lost'>('new');
/** Counts connections: what waits for the server tries again with each. */
export const connections = signal(0);

interface Watch extends WatchCalls {
  readonly decoder: TextDecoder;
  /** What has come of an unfinished line. */
  rest: string;
}

const PROTOCOL = 'streams.dashboard.tiphys';
const FIRST_DELAY = 500;
const LAST_DELAY = 10_000;
/** The server closes with this when the session is over. */
const SESSION_OVER = 4401;

const watches = new Map<number, Watch>();
let socket: WebSocket | undefined;
let nextId = 1;
let delay = FIRST_DELAY;

/** Connects, if there is no connection yet. */
export function connectStreams(): void {
  if (socket) return;
  const opened = socketTo('/dashboard/streams', [PROTOCOL]);
  socket = opened;
  opened.onopen = () => {
    delay = FIRST_DELAY;
    connection.value = 'up';
    connections.value++;
  };
  opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
    typeof data === 'string' ? control(data) : frames(data);
  opened.onclose = ({ code }) => lost(code);
}

function lost(code: number): void {
  socket = undefined;
  const before = [...watches.values()];
  watches.clear();
  if (code === SESSION_OVER) return sessionIsOver();
  connection.value = 'lost';
  for (const watch of before) watch.lost();
  systemClock.after(delay, connectStreams);
  delay = Math.min(LAST_DELAY, delay * 2);
}

/** Tries at once, not when the delay is over. */
export function connectNow(): void {
  delay = FIRST_DELAY;
  connectStreams();
}

/** Undefined while there is no connection: wait for `connections` to change. Ends the watch when called. */
export function openWatch(path: string, accept: string, calls: WatchCalls): (() => void) | undefined {
  if (socket?.readyState !== WebSocket.OPEN) return undefined;
  const id = nextId++;
  watches.set(id, { ...calls, decoder: new TextDecoder(), rest: '' });
  socket.send(JSON.stringify({ id, watch: path, accept }));
  return () => {
    if (watches.delete(id) && socket?.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ id, end: true }));
  };
}

function frames(data: ArrayBuffer): void {
  const id = new DataView(data).getUint32(0);
  const watch = watches.get(id);
  if (!watch) return;
  const text = watch.rest + watch.decoder.decode(new Uint8Array(data, 4), { stream: true });
  const end = text.lastIndexOf('\n');
  watch.rest = text.slice(end + 1);
  if (end >= 0) watch.lines(text.slice(0, end));
}

function control(text: string): void {
  const { id, code, status = '' } = JSON.parse(text) as { id: number; code?: number; status?: string };
  const watch = watches.get(id);
  watches.delete(id);
  if (code === 401) return sessionIsOver();
  watch?.ended(code === undefined ? undefined : apiError(code, status));
}
