// Joins a client's byte stream with a backend's: what comes out of one goes into the other, with back-pressure and
// half-close, until both are done.
import type { Duplex } from 'node:stream';

/** Resolves when both sides are closed. `early` bytes were read from a side before and are sent on first. */
export async function splice(
  client: Duplex,
  backend: Duplex,
  early: { fromClient?: Buffer; fromBackend?: Buffer } = {},
): Promise<void> {
  if (early.fromClient?.length) backend.write(early.fromClient);
  if (early.fromBackend?.length) client.write(early.fromBackend);
  client.pipe(backend);
  backend.pipe(client);
  await Promise.all([
    closed(backend).then(() => lingeringEnd(client)),
    closed(client).then(() => finish(backend)),
  ]);
}

function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', () => {});
    if (stream.closed) resolve();
    stream.on('close', () => resolve());
  });
}

/**
 * Ends the client's side, and goes on reading until it closes too: closing over unread bytes would reset the connection,
 * and with it the backend's last words that are still on their way.
 */
function lingeringEnd(client: Duplex): void {
  if (client.destroyed) return;
  client.unpipe();
  client.resume();
  client.end();
}

/** Nobody waits for what the backend says any more: closes it once what was written to it is out. */
function finish(backend: Duplex): void {
  if (backend.destroyed) return;
  if (backend.writableFinished) backend.destroy();
  else backend.end(() => backend.destroy());
}
