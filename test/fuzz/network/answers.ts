// Answers of the machine's resolvers, and its resolv.conf.
import dgram from 'node:dgram';
import fc from 'fast-check';
import { systemClock } from '../../../src/kit/clock.ts';
import { systemRandom } from '../../../src/kit/random.ts';
import { parseResolvConf } from '../../../src/kubelet/dns/resolv-conf.ts';
import { forwarder, nameservers } from '../../../src/network/dns/forward.ts';
import { nearMissBytes, nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

/** Milliseconds after which a query has no answer: refused answers are ignored. */
const PATIENCE = 10;
const clock = { ...systemClock, after: (_ms: number, run: () => void) => systemClock.after(PATIENCE, run) };

/** What follows the header: flags and counts, then, behind the question, a record whose name points at it. */
const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 1]);
const loop = Buffer.from([0xc0, 29, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 29]);
let tail: Uint8Array = record;
let counts: readonly number[] = [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];

const server = dgram.createSocket('udp4', (query, { port, address }) => {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const head = Buffer.concat([query.subarray(0, 2), Buffer.from(counts)]);
  server.send(Buffer.concat([head, question, tail]), port, address);
});
await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
server.unref();
const forward = forwarder(() => ['127.0.0.1'], clock, systemRandom, server.address().port);

export const targets = [
  fuzzTarget({
    name: 'network/dns-answer',
    input: fc.tuple(
      nearMissBytes([record, loop, Buffer.concat([record, record, loop])]),
      fc.constantFrom(
        [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0],
        [0x81, 0x80, 0, 1, 255, 255, 0, 0, 0, 0],
        [1, 0, 0, 1, 0, 1],
      ),
    ),
    run: async ([bytes, head]) => {
      tail = bytes;
      counts = head;
      await forward({ type: 'query', id: 1, questions: [{ type: 'A', name: 'example.com' }] });
    },
    refuses: (error) => error instanceof Error && /did not answer/.test(error.message),
  }),
  fuzzTarget({
    name: 'network/resolv-conf',
    input: nearMisses(
      ['nameserver 10.0.0.1\nsearch a b\noptions ndots:5\n'],
      ['nameserver ', ' ', '\t', '\n'],
    ),
    run: (text) => {
      nameservers(text);
      parseResolvConf(text);
    },
    refuses: () => false,
  }),
];
