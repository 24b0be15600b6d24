import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Packet } from 'dns-packet';
import { systemClock } from '../../../kit/clock.ts';
import { anOpt, dataOf, optOf, rcodeOf } from '../scene.fake.ts';
import { NO_SETTINGS } from './settings.ts';
import { addressAnswer, aForwarder, anUpstream, closeUpstreams, testClock } from './upstream.fake.ts';

after(closeUpstreams);

const soa = {
  type: 'SOA',
  name: 'org',
  ttl: 600,
  data: { mname: 'a.org', rname: 'b.org', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 20 },
};
const denial = (packet: Packet, authorities: unknown[] = [soa]) =>
  addressAnswer(packet, '', 0, { flags: 0x0183, answers: [], authorities } as Partial<Packet>);
const failing =
  (code: number) =>
  ({ packet }: { packet: Packet }) => [addressAnswer(packet, '', 0, { flags: 0x0180 | code, answers: [] })];
const ttlOf = ({ answers }: Packet) => (answers?.[0] as { ttl?: number } | undefined)?.ttl;

describe('a forwarded query', () => {
  it('has an id of its own, another port each time, and nothing of the client’s but its question and flags', async () => {
    const { address, asked } = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    const { ask } = aForwarder([address]);
    const strange = { type: 'A', name: 'x', ttl: 1, data: '1.2.3.4' } as const;
    for (let i = 0; i < 20; i++)
      await ask(`Host${i}.Example.org`, 'A', '10.1.0.1', { additionals: [strange] });
    assert.ok(new Set(asked.map(({ packet }) => packet.id)).size > 15);
    assert.ok(new Set(asked.map(({ port }) => port)).size > 15);
    const { packet } = asked[0]!;
    assert.deepEqual(
      packet.additionals?.map(({ type }) => type),
      ['OPT'],
    );
    assert.equal(packet.questions?.[0]?.name, 'Host0.Example.org');
  });

  it('takes no answer with another id or question, no query, no garbage', async () => {
    const { address } = await anUpstream(({ message, packet }) => [
      addressAnswer({ ...packet, id: (packet.id! + 1) & 0xffff }),
      addressAnswer({ ...packet, questions: [{ name: 'example.net', type: 'A' }] }),
      addressAnswer({ ...packet, questions: [{ name: 'example.org', type: 'AAAA' }] }),
      message,
      addressAnswer(packet).subarray(0, 11),
      Buffer.from('garbage'),
      addressAnswer(packet, '192.0.2.9'),
    ]);
    assert.deepEqual(dataOf((await aForwarder([address]).ask('example.org')).answers), ['192.0.2.9']);
  });

  it('goes to the next server when one is silent, sends nonsense, fails or refuses', async () => {
    const silent = await anUpstream(() => undefined);
    const short = await anUpstream(({ packet }) => [addressAnswer(packet).subarray(0, -2)]);
    const fails = await anUpstream(failing(2));
    const refuses = await anUpstream(failing(5));
    const good = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    for (const bad of [silent, short, fails, refuses]) {
      const clock = testClock();
      clock.hurry(10);
      const { ask } = aForwarder([bad.address, good.address], clock);
      assert.deepEqual(dataOf((await ask('example.org')).answers), ['192.0.2.1']);
    }
    const { ask } = aForwarder([refuses.address, fails.address]);
    assert.equal(rcodeOf(await ask('example.org')), 2);
    assert.equal(rcodeOf(await aForwarder([]).ask('example.org')), 2);
  });

  it('is repeated over TCP when the answer is truncated', async () => {
    const { address, asked } = await anUpstream(({ packet, overTcp }) =>
      overTcp
        ? [addressAnswer(packet, '192.0.2.7')]
        : [addressAnswer(packet, '', 0, { flags: 0x0380, answers: [] })],
    );
    assert.deepEqual(dataOf((await aForwarder([address]).ask('example.org')).answers), ['192.0.2.7']);
    assert.deepEqual(
      asked.map(({ overTcp }) => overTcp),
      [false, true],
    );
  });

  it('goes out over IPv6', async () => {
    const { address } = await anUpstream(({ packet }) => [addressAnswer(packet)], '::1');
    assert.deepEqual(dataOf((await aForwarder([address]).ask('example.org')).answers), ['192.0.2.1']);
  });

  it('gives the answer without the server’s own OPT record', async () => {
    const more = { type: 'A', name: 'ns.example.org', ttl: 9, data: '192.0.2.2' } as const;
    const { address } = await anUpstream(({ packet }) => [
      addressAnswer(packet, '192.0.2.1', 300, { additionals: [more, anOpt(512)] }),
    ]);
    const { additionals } = await aForwarder([address]).ask('example.org');
    assert.deepEqual(
      additionals?.map(({ type }) => type),
      ['A'],
    );
  });

  it('is asked once for all who ask at the same time', async () => {
    const { address, asked } = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    const { ask } = aForwarder([address]);
    const all = await Promise.all(Array.from({ length: 50 }, () => ask('example.org')));
    assert.ok(all.every(({ answers }) => answers?.length === 1));
    assert.equal(asked.length, 1);
  });

  it('is refused when one client waits for many, and when all together do, which others do not notice', async () => {
    const { address } = await anUpstream(() => undefined);
    const clock = testClock();
    const { ask, counts } = aForwarder([address], clock);
    const waiting = Array.from({ length: 250 }, (_, i) => ask(`h${i}.example.org`, 'A', '10.1.0.1'));
    assert.equal(rcodeOf(await ask('x.example.org', 'A', '10.1.0.1')), 5);
    for (let client = 2; client <= 4; client++)
      for (let i = 0; i < 250; i++) waiting.push(ask(`h${client}-${i}.example.org`, 'A', `10.1.0.${client}`));
    assert.equal(rcodeOf(await ask('x.example.org', 'A', '10.1.0.9')), 5);
    assert.equal(counts.rejects, 2);
    clock.hurry(100);
    assert.ok((await Promise.all(waiting)).every((packet) => rcodeOf(packet) === 2));
    // All of it is forgotten.
    const again = ask('x.example.org', 'A', '10.1.0.1');
    assert.equal(rcodeOf(await again), 2);
  });
});

describe('the cache', () => {
  it('answers until the TTL has passed, which is 30 s at most, and counts it down', async () => {
    const clock = testClock();
    const { address, asked } = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    const { ask, forwarder } = aForwarder([address], clock);
    assert.equal(ttlOf(await ask('example.org')), 30);
    clock.skip(12);
    const ttl = ttlOf(await ask('EXAMPLE.org'))!;
    assert.ok(ttl <= 18 && ttl >= 10, String(ttl));
    assert.equal(asked.length, 1);
    clock.skip(20);
    await ask('example.org');
    assert.equal(asked.length, 2);
    assert.deepEqual(forwarder.cache.counts.hits, { success: 1, denial: 0 });
  });

  it('keeps what does not exist as long as its SOA record says, and nothing without one', async () => {
    const clock = testClock();
    const { address, asked } = await anUpstream(({ packet }) => [
      denial(packet, packet.questions![0]!.name === 'bare.org' ? [] : [soa]),
    ]);
    const { ask } = aForwarder([address], clock);
    for (let i = 0; i < 2; i++) {
      assert.equal(rcodeOf(await ask('example.org')), 3);
      assert.equal(rcodeOf(await ask('bare.org')), 3);
    }
    assert.equal(asked.length, 3);
    clock.skip(21);
    await ask('example.org');
    assert.equal(asked.length, 4);
  });

  it('keeps nothing whose TTL is 0', async () => {
    const { address, asked } = await anUpstream(({ packet }) => [addressAnswer(packet, '192.0.2.1', 0)]);
    const { ask, forwarder } = aForwarder([address]);
    for (let i = 0; i < 2; i++) assert.equal(ttlOf(await ask('example.org')), 0);
    assert.deepEqual([asked.length, forwarder.cache.bytes], [2, 0]);
  });

  it('keeps answers for the flags DO and CD apart', async () => {
    const { address, asked } = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    const { ask } = aForwarder([address]);
    const opt = anOpt(1232, { flags: 0x8000 });
    for (let i = 0; i < 2; i++) {
      await ask('example.org');
      await ask('example.org', 'A', '10.1.0.1', { additionals: [opt] });
      await ask('example.org', 'A', '10.1.0.1', { flags: 0x110 });
    }
    assert.deepEqual(
      asked.map(({ packet }) => [packet.flag_cd, optOf(packet)?.flag_do]),
      [
        [false, false],
        [false, true],
        [true, false],
      ],
    );
  });

  it('answers with what has expired while no server does, with TTL 0', async () => {
    const clock = testClock();
    const { address, setDeaf } = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    const { ask, forwarder } = aForwarder([address], clock);
    await ask('example.org');
    setDeaf(true);
    clock.hurry(100);
    clock.skip(40);
    for (let i = 0; i < 3; i++) {
      const stale = await ask('example.org');
      assert.deepEqual([rcodeOf(stale), dataOf(stale.answers), ttlOf(stale)], [0, ['192.0.2.1'], 0]);
    }
    assert.equal(forwarder.cache.counts.servedStale, 3);
    assert.equal(rcodeOf(await ask('other.org')), 2);
    clock.skip(3_700);
    assert.equal(rcodeOf(await ask('example.org')), 2);
  });

  it('holds no more than its bytes, and keeps what is asked for', async () => {
    const { ReplyCache } = await import('./reply-cache.ts');
    const { parseReply } = await import('../message/unpack.ts');
    const cache = new ReplyCache(systemClock, 40_000);
    const packet = { id: 1, questions: [{ name: 'a.org', type: 'A' }] } as Packet;
    const reply = () => parseReply(addressAnswer(packet), 12 + 11)!;
    cache.put('wanted', reply());
    for (let i = 0; i < 1_000; i++) {
      cache.put(`key ${i}`, reply());
      assert.ok(cache.get('wanted'));
      assert.ok(cache.bytes <= 40_000);
    }
    assert.equal(cache.get('key 1'), undefined);
    assert.ok(cache.get('key 999'));
    assert.ok(cache.counts.evictions.success > 900);
  });
});

describe('an upstream server', () => {
  it('that is down is left out until it answers a probe', async () => {
    const clock = testClock();
    const first = await anUpstream(({ packet }) => [addressAnswer(packet, '192.0.2.1')]);
    const second = await anUpstream(({ packet }) => [addressAnswer(packet, '192.0.2.2')]);
    const { ask, counts } = aForwarder([first.address, second.address], clock);
    let names = 0;
    const from = async () => dataOf((await ask(`h${names++}.org`)).answers)[0];
    first.setDeaf(true);
    clock.hurry(10);
    for (let i = 0; i < 4; i++) assert.equal(await from(), '192.0.2.2');
    const timed = counts.exchanges.get(`127.0.0.1:${first.address.port}`)!.get(2)!;
    assert.equal(timed.count, 2, 'it was asked until it was down');
    first.setDeaf(false);
    while ((await from()) !== '192.0.2.1') clock.skip(1);
    assert.ok(first.probes.length > 0);
  });

  it('that sends queries back is not used, until a minute has passed', async () => {
    const clock = testClock();
    const loops = await anUpstream(() => undefined);
    const good = await anUpstream(({ packet }) => [addressAnswer(packet)]);
    clock.hurry(10);
    const { ask, forwarder } = aForwarder([loops.address, good.address], clock);
    await ask('one.org');
    const probe = loops.probes[0]!.packet.questions![0]!.name;
    assert.match(probe, /^[0-9a-f]{16}\.[0-9a-f]{16}$/);
    assert.equal(forwarder.noticesLoop('example.org'), false);
    assert.equal(forwarder.noticesLoop(probe), true);
    const before = loops.asked.length;
    await ask('two.org');
    assert.equal(loops.asked.length, before);
    clock.skip(61);
    await ask('three.org');
    assert.equal(loops.asked.length, before + 1);
  });
});

describe('servers of the ConfigMap', () => {
  it('are asked for the names of their stub domain, the longest that fits, and others for all other names', async () => {
    const named = (address: string) => anUpstream(({ packet }) => [addressAnswer(packet, address)]);
    const [node, upstream, corp, lab] = await Promise.all(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map(named),
    );
    const { ask, forwarder } = aForwarder([node!.address]);
    const from = async (name: string) => dataOf((await ask(name)).answers)[0];
    assert.equal(await from('x.corp.test'), '192.0.2.1');
    const stubDomains = new Map([
      ['corp.test', [corp!.address]],
      ['lab.corp.test', [lab!.address]],
    ]);
    forwarder.configure({ stubDomains, upstream: [upstream!.address], autopath: false });
    assert.equal(await from('X.corp.test'), '192.0.2.3');
    assert.equal(await from('corp.test'), '192.0.2.3');
    assert.equal(await from('a.lab.corp.test'), '192.0.2.4');
    assert.equal(await from('notcorp.test'), '192.0.2.2');
    forwarder.configure(NO_SETTINGS);
    assert.equal(await from('x.corp.test'), '192.0.2.1');
  });
});
