// Joins two byte streams: what comes out of one goes into the other, with back-pressure and half-close, until both are
// done. When one side breaks, the other still gets what was already read, and is then closed.
import type { Duplex } from 'node:stream';

/** Resolves when both sides are closed. `head` bytes were read from a side before and are sent on first. */
export function splice(a: Duplex, b: Duplex, heads: { fromA?: Buffer; fromB?: Buffer } = {}): Promise<void> {
  if (heads.fromA?.length) b.write(heads.fromA);
  if (heads.fromB?.length) a.write(heads.fromB);
  const done = Promise.all([join(a, b), join(b, a)]);
  return done.then(() => {});
}

/** Copies `from` into `to`; resolves when `from` is closed. */
function join(from: Duplex, to: Duplex): Promise<void> {
  return new Promise((resolve) => {
    from.on('error', () => {});
    from.on('close', () => {
      finish(to);
      resolve();
    });
    from.pipe(to);
  });
}

/** Ends and then destroys `stream`, after what was written to it is out. */
function finish(stream: Duplex): void {
  if (stream.destroyed) return;
  if (stream.writableFinished) stream.destroy();
  else stream.end(() => stream.destroy());
}
