// OpenAPI documents are made in steps. Here they rest wherever they may: nothing of what happens meanwhile may be in half of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protobufTypes } from '../../api/openapi/v2.ts';
import { BusyClock, SteppedClock } from '../../kit/clock.fake.ts';
import { ADMIN, create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const READS = [
  { path: '/openapi/v2', accept: 'application/json' },
  { path: '/openapi/v2', accept: protobufTypes.asked },
  { path: '/openapi/v3', accept: 'application/json' },
  { path: '/openapi/v3/apis/example.com/v1', accept: 'application/json' },
];
type Read = (typeof READS)[number];

async function get(server: SimCluster, { path, accept }: Read) {
  const request = { method: 'GET', path, headers: { accept } };
  const { status, headers, body } = await server.api.inProcess.request(request, ADMIN);
  assert.equal(status, 200);
  return { etag: String(headers.etag), text: body.toString('latin1') };
}

async function serverWith(clock: SteppedClock): Promise<SimCluster> {
  const server = await simCluster({ clock });
  await define(server, 'Early');
  return server;
}

const define = (server: SimCluster, kind: string) => {
  const plural = `${kind.toLowerCase()}s`;
  const spec = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return create(server, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
};

test('a document whose rendering rests at every step is the same as one that is made at once', async () => {
  const quick = await serverWith(new SteppedClock());
  for (const read of READS) {
    const clock = new BusyClock();
    const slow = await serverWith(clock);
    clock.turns = 0;
    assert.deepEqual(await get(slow, read), await get(quick, read));
    assert.ok(clock.turns >= 10, `${read.path}: ${clock.turns}`);
    const { turns } = clock;
    await get(slow, read);
    assert.ok(clock.turns - turns < 10, 'it is kept');
  }
});

test('readers that come while a document is made share it', async () => {
  for (const read of READS) {
    const clock = new BusyClock();
    const server = await serverWith(clock);
    clock.turns = 0;
    const later: Promise<unknown>[] = [];
    clock.meanwhile = { turn: 7, work: async () => void later.push(get(server, read)) };
    const first = await Promise.all([get(server, read), get(server, read), get(server, read)]);
    const shared = clock.turns;
    assert.equal(later.length, 1);
    assert.equal(
      new Set([...first, ...(await Promise.all(later))].map((one) => JSON.stringify(one))).size,
      1,
    );
    const alone = new BusyClock();
    const other = await serverWith(alone);
    alone.turns = 0;
    await get(other, read);
    // Requests rest a little themselves.
    assert.ok(shared < alone.turns + 20, `${read.path}: ${shared} and ${alone.turns}`);
  }
});

test('a kind that is added while a document is made is missing in it as a whole, and the next reader sees it', async () => {
  const quick = await serverWith(new SteppedClock());
  const before = await Promise.all(READS.map((read) => get(quick, read)));
  await define(quick, 'Late');
  const after = await Promise.all(READS.map((read) => get(quick, read)));
  for (const [index, read] of READS.entries()) {
    assert.notEqual(before[index]!.etag, after[index]!.etag);
    for (const turn of [2, 5, 9]) {
      const clock = new BusyClock();
      const server = await serverWith(clock);
      clock.turns = 0;
      let next: Promise<unknown> | undefined;
      const work = async () => {
        await define(server, 'Late');
        next = get(server, read);
      };
      clock.meanwhile = { turn, work };
      assert.deepEqual(await get(server, read), before[index], `${read.path}, turn ${turn}`);
      assert.deepEqual(await next, after[index], `${read.path}, turn ${turn}`);
    }
  }
});
