import assert from 'node:assert/strict';
import dnsPacket, { type Packet } from 'dns-packet';
import fc from 'fast-check';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { silentLogger as log } from '../../../src/kit/log.ts';
import { MAX_QUERY } from '../../../src/network/dns/message/query.ts';
import { DnsCounts } from '../../../src/network/dns/metrics/counts.ts';
import { aScene } from '../../../src/network/dns/scene.fake.ts';
import { responder } from '../../../src/network/dns/server/respond.ts';
import { nearMissBytes } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const encoded = (packet: object) => dnsPacket.encode(packet as Packet);
const samples = [
  encoded({
    type: 'query',
    id: 1,
    flags: 256,
    questions: [{ name: 'web.shop.svc.cluster.local', type: 'A' }],
  }),
  encoded({
    type: 'query',
    id: 2,
    questions: [{ name: '_http._tcp.web.shop.svc.cluster.local', type: 'SRV' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 4096,
        flags: 0,
        options: [{ code: 10, data: Buffer.alloc(8) }],
      },
    ],
  }),
  encoded({ type: 'query', id: 3, questions: [{ name: '1.0.96.10.in-addr.arpa', type: 'PTR' }] }),
];
const pointers = fc
  .tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 0x3fff }), fc.nat(2_000))
  .map(([count, target, times]) => {
    const head = Buffer.from([0, 1, 1, 0, count >> 8, count & 255, 0, 0, 0, 0, 0, 0]);
    const pointer = Buffer.from([0xc0 | (target >> 8), target & 255, 0, 1, 0, 1]);
    return Buffer.concat([head, ...Array<Buffer>(times).fill(pointer)]);
  });

const LIMIT = 512;
const counts = new DnsCounts();
const respond = responder(
  { ...aScene(), counts, addresses: [], port: 0, clock, log },
  { proto: 'udp', family: 1, limit: () => LIMIT },
);

export const targets = [
  fuzzTarget({
    name: 'network/dns-query',
    input: fc.oneof(nearMissBytes(samples), pointers, fc.uint8Array({ maxLength: MAX_QUERY + 10 })),
    run: async (bytes) => {
      const message = Buffer.from(bytes);
      const response = await respond(message, '10.1.0.1');
      assert.equal(counts.panics, 0);
      if (!response) return;
      assert.ok(response.length <= LIMIT);
      assert.equal(response.readUInt16BE(0), message.readUInt16BE(0));
      const refused = response.length === 12;
      if (!refused) dnsPacket.decode(response);
    },
    refuses: () => false,
  }),
];
