// Asks the server under test over UDP, with a number of queries under way at all times, in the process that measures.
import dgram from 'node:dgram';
import { systemClock as clock } from '../../src/kit/clock.ts';

export interface Load {
  readonly port: number;
  /** Asked one after another, over and over. */
  readonly queries: readonly Buffer[];
  readonly concurrency: number;
  readonly milliseconds: number;
}

export interface Measured {
  readonly answers: number;
  readonly seconds: number;
  /** Milliseconds of one query in every hundred. */
  readonly times: readonly number[];
}

/** Every how many queries one is timed. */
const SAMPLE = 100;
/** The slot of each query is its id, so that answers may come in any order. */
export async function load({ port, queries, concurrency, milliseconds }: Load): Promise<Measured> {
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  const own = queries.map((query) => Buffer.from(query));
  const sent = new Float64Array(concurrency);
  const times: number[] = [];
  let [next, answers, stopped] = [0, 0, false];
  const ask = (slot: number) => {
    const query = own[next++ % own.length]!;
    query.writeUInt16BE(slot);
    sent[slot] = next % SAMPLE === 0 ? clock.monotonic() : 0;
    socket.send(query);
  };
  socket.on('message', (message) => {
    const slot = message.readUInt16BE(0);
    if ((message[3]! & 15) !== 0) throw new Error(`response code ${message[3]! & 15}`);
    answers++;
    if (sent[slot]) times.push(clock.monotonic() - sent[slot]);
    if (!stopped) ask(slot);
  });
  const started = clock.monotonic();
  for (let slot = 0; slot < concurrency; slot++) ask(slot);
  await clock.sleep(milliseconds);
  stopped = true;
  const seconds = (clock.monotonic() - started) / 1_000;
  socket.close();
  return { answers, seconds, times };
}
