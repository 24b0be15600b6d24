// Connects a client's byte stream with a backend's in both directions, with back-pressure and half-close, until both end.
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
 * Ends the client's side and reads until it closes too: closing a socket with unread bytes resets the connection, and the
 * backend's last bytes, still on their way, would be lost.
 */
function lingeringEnd(client: Duplex): void {
  if (client.destroyed) return;
  client.unpipe();
  client.resume();
  client.end();
}

/** The client is gone: closes the backend's side once everything written to it has been sent. */
function finish(backend: Duplex): void {
  if (backend.destroyed) return;
  if (backend.writableFinished) backend.destroy();
  else backend.end(() => backend.destroy());
}
