// The client's side of v5.channel.k8s.io over a WebSocket: byte 0 of every message names a channel, 255 closes the channel that
// byte 1 names. Output is written to its stream with back-pressure: while one lags, nothing is read.
import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../kit/clock.ts';
import { errorOfStatus } from './exit-status.ts';
import { asBuffer } from './messages.ts';
import { type CommandStreams, MAX_STATUS, sizeMessage } from './session.ts';

export const V5_CHANNEL = 'v5.channel.k8s.io';
const Channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** As client-go: a ping so often, and so many milliseconds without anything from the server are its end. */
const PING_MS = 5_000;
const SILENCE_MS = 61_000;

/** Runs the session to its end: resolves when the command succeeded, rejects with what the error stream said. */
export function runOverChannels(
  socket: WebSocket,
  streams: CommandStreams,
  clock: Pick<Clock, 'every' | 'monotonic'>,
): Promise<void> {
  const status: Buffer[] = [];
  let size = 0;
  let lastHeard = clock.monotonic();
  const send = (channel: number, bytes: Uint8Array, done: (error?: Error | null) => void = () => {}) => {
    if (socket.readyState !== socket.OPEN) return done();
    socket.send(Buffer.concat([Buffer.of(channel), bytes]), { binary: true }, () => done());
  };
  const receive = (message: Buffer) => {
    const [channel] = message;
    const bytes = message.subarray(1);
    const out =
      channel === Channel.stdout ? streams.stdout : channel === Channel.stderr ? streams.stderr : undefined;
    if (out && bytes.length > 0 && !out.write(bytes)) {
      socket.pause();
      out.once('drain', () => socket.resume());
    } else if (channel === Channel.error && size < MAX_STATUS) {
      status.push(bytes);
      size += bytes.length;
    }
  };
  const stopInput = streams.stdin && forwardInput(streams.stdin, send);
  const stopSizes = streams.sizes?.((terminal) => send(Channel.resize, Buffer.from(sizeMessage(terminal))));
  const heartbeat = clock.every(PING_MS, () => {
    // While our own reader lags, nothing is read, and the server's silence says nothing.
    if (socket.isPaused) lastHeard = clock.monotonic();
    if (clock.monotonic() - lastHeard > SILENCE_MS) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
  });
  const heard = () => {
    lastHeard = clock.monotonic();
  };
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    socket.on('pong', heard);
    socket.on('message', (data) => {
      heard();
      receive(asBuffer(data));
    });
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', (code, reason) => {
      heartbeat.cancel();
      stopInput?.();
      stopSizes?.();
      const error = errorOfStatus(Buffer.concat(status));
      if (error) return reject(error);
      if (size > 0 || code === 1000) return resolve();
      reject(failure ?? new Error(`next reader: websocket: close ${code}${closeText(code, reason)}`));
    });
    socket.resume();
  });
}

const closeText = (code: number, reason: Buffer): string => {
  if (code === 1006) return ' (abnormal closure): unexpected EOF';
  return reason.length > 0 ? `: ${reason}` : '';
};

/** Sends what is read, and the end as the message that closes the channel. The function that it returns stops reading. */
function forwardInput(
  input: Readable,
  send: (channel: number, bytes: Uint8Array, done?: (error?: Error | null) => void) => void,
): () => void {
  const onData = (chunk: Buffer | string) => {
    input.pause();
    send(Channel.stdin, Buffer.from(chunk), () => input.resume());
  };
  const onEnd = () => send(Channel.close, Buffer.of(Channel.stdin));
  input.on('data', onData);
  input.once('end', onEnd);
  input.once('error', onEnd);
  return () => {
    input.off('data', onData);
    input.off('end', onEnd);
    input.off('error', onEnd);
    input.pause();
  };
}
