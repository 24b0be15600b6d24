// `serve` takes connections; `send ADDRESS BYTES` measures round trips, sends that many bytes and prints what came of it.
import { connect, createServer } from 'node:net';
import { systemClock } from '../../../src/kit/clock.ts';

const PORT = 5201;
const ROUND_TRIPS = 200;
const PIECE = Buffer.alloc(1024 * 1024, 'x');
const [what, address = '', bytes = '0'] = process.argv.slice(2);

/** The first byte of a connection says what it is for. */
function serve(): void {
  createServer({ highWaterMark: PIECE.length }, (socket) => {
    let received = 0;
    let echoes: boolean | undefined;
    socket.setNoDelay(true);
    socket.on('data', (piece) => {
      echoes ??= piece[0] === 'e'.charCodeAt(0);
      received += piece.length;
      if (echoes) socket.write(piece);
    });
    socket.on('end', () =>
      socket.end(echoes ? '' : JSON.stringify({ received, from: socket.remoteAddress })),
    );
    socket.on('error', () => socket.destroy());
  }).listen({ port: PORT, host: '::', ipv6Only: false }, () => console.log('listens'));
}

async function roundTrips(): Promise<number> {
  const socket = connect({ host: address, port: PORT, noDelay: true });
  const samples: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const began = systemClock.monotonic();
    socket.write('e');
    await new Promise((resolve) => socket.once('data', resolve));
    samples.push((systemClock.monotonic() - began) * 1000);
  }
  socket.end();
  return samples.sort((a, b) => a - b)[ROUND_TRIPS / 2]!;
}

async function send(left: number): Promise<{ received: number; from: string; ms: number }> {
  const socket = connect({ host: address, port: PORT });
  const began = systemClock.monotonic();
  for (; left > 0; left -= PIECE.length)
    if (!socket.write(left < PIECE.length ? PIECE.subarray(0, left) : PIECE))
      await new Promise((resolve) => socket.once('drain', resolve));
  socket.end();
  let answer = '';
  for await (const piece of socket) answer += piece;
  return { ...JSON.parse(answer), ms: systemClock.monotonic() - began };
}

if (what === 'serve') serve();
else {
  const roundTripUs = await roundTrips();
  const { received, from, ms } = await send(Number(bytes));
  console.log(JSON.stringify({ bytes: received, ms, from: from.replace(/^::ffff:/, ''), roundTripUs }));
}
