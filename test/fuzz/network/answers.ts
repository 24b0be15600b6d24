// Answers of the machine's resolvers, and its resolv.conf.
import dgram from 'node:dgram';
import fc from 'fast-check';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { systemRandom } from '../../../src/kit/random.ts';
import { parseResolvConf } from '../../../src/kubelet/dns/resolv-conf.ts';
import { exchange } from '../../../src/network/dns/forward/exchange.ts';
import { nameservers, searchDomains } from '../../../src/network/dns/forward/server-address.ts';
import { forwardSettings } from '../../../src/network/dns/forward/settings.ts';
import { encodeReply } from '../../../src/network/dns/message/encode.ts';
import { anotherQuestion } from '../../../src/network/dns/message/question.ts';
import { unpackAnswers } from '../../../src/network/dns/message/unpack.ts';
import { nearMissBytes, nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

/** Milliseconds after which a query has no answer: refused answers are ignored. */
const PATIENCE = 10;

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
const address = { host: '127.0.0.1', port: server.address().port };
const flags = { question: Buffer.alloc(0), name: '', key: '', dnssecOk: false, checkingDisabled: false };
const question = anotherQuestion({ ...flags, type: 1 }, 'example.com');
const alias = anotherQuestion({ ...flags, type: 1 }, 'alias.svc.cluster.local');

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
      const reply = await exchange(address, question, PATIENCE, { clock, random: systemRandom });
      const answers = unpackAnswers(question, reply);
      encodeReply(alias, { rcode: 0, authoritative: true, origin: 'kubernetes', answers });
    },
    // A RangeError: names that become part of another answer are decoded, and only there are they looked at.
    refuses: (error) =>
      error instanceof RangeError ||
      (error instanceof Error && /did not answer|malformed response/.test(error.message)),
  }),
  fuzzTarget({
    name: 'network/resolv-conf',
    input: nearMisses(
      ['nameserver 10.0.0.1\nsearch a b\noptions ndots:5\n'],
      ['nameserver ', ' ', '\t', '\n'],
    ),
    run: (text) => {
      nameservers(text);
      searchDomains(text);
      parseResolvConf(text);
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'network/dns-settings',
    input: nearMisses(
      ['{"acme.local": ["1.2.3.4", "1.2.3.5:5353", "[2001:db8::2]:54"]}', '["8.8.8.8"]'],
      ['{', '[', '"', ',', ':', ']:53', '.', '::'],
    ),
    run: (text) => void forwardSettings({ stubDomains: text, upstreamNameservers: text }),
    refuses: (error) => error instanceof Error && /^(stubDomains|upstreamNameservers)/.test(error.message),
  }),
];
