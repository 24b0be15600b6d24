// Answers and watches in protobuf, for clients whose Accept header prefers it, read back with the decoder of request bodies.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { before, test } from 'node:test';
import { decodeBody } from '../api/codec/decode.ts';
import { SelfSubjectReview } from '../api/kinds/authentication/v1/self-subject-review.ts';
import { Scale } from '../api/kinds/autoscaling/v1/scale.ts';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { APIResourceList } from '../api/meta/v1/discovery.ts';
import { listOfKind } from '../api/meta/v1/list.ts';
import { PartialObjectMetadata, PartialObjectMetadataList } from '../api/meta/v1/partial-object-metadata.ts';
import { Status } from '../api/meta/v1/status.ts';
import { decodeMessage } from '../api/protobuf/decode.ts';
import { openEnvelope } from '../api/protobuf/envelope.ts';
import type { StructType } from '../api/schema/notation.ts';
import { Reader } from '../kit/protobuf/reader.ts';
import { ADMIN, type Body } from '../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import { FrameWriter } from './http/flow.ts';
import { isWatch } from './request.ts';
import { WatchEvent } from './watch-cache/change.ts';
import { Item } from './watch-cache/item.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const maps = '/api/v1/namespaces/default/configmaps';
let server: SimCluster;

before(async () => {
  server = await simCluster();
  for (const name of ['a', 'b']) await server.call('POST', maps, map(name));
});

const map = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { made: 'here' } },
  data: { key: 'größe' },
});

function decoded(type: StructType, body: Buffer): Body {
  const { apiVersion, kind, raw } = openEnvelope(body);
  return { apiVersion, kind, ...decodeMessage(type, raw) };
}

async function call(
  type: StructType,
  method: string,
  path: string,
  { accept = `${PROTOBUF},application/json`, body = undefined as unknown } = {},
) {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const answer = await server.api.inProcess.request(
    { method, path, headers: { accept }, ...(bytes && { body: bytes }) },
    ADMIN,
  );
  assert.equal(answer.headers['content-type'], PROTOBUF);
  return { status: answer.status, body: decoded(type, answer.body) };
}

test('an object has the same content as in JSON', async () => {
  const request = (accept: string) =>
    server.api.inProcess.request({ method: 'GET', path: `${maps}/a`, headers: { accept } }, ADMIN);
  const { body } = await request(PROTOBUF);
  const { object } = decodeBody(ConfigMap, body, { mediaType: PROTOBUF });
  assert.deepEqual(object, decodeBody(ConfigMap, (await request('application/json')).body).object);
});

test('watchers of one change share its frame, and readers of an object its message', () => {
  const item = new Item(Buffer.from(JSON.stringify(map('x'))), map('x'), {});
  let encoded = 0;
  const encode = () => Buffer.alloc(++encoded);
  assert.equal(item.message(encode), item.message(encode));
  const event = new WatchEvent('ADDED', item);
  const view = { name: 'protobuf', frame: encode };
  assert.equal(event.view(view), event.view(view));
  assert.equal(encoded, 2);
});

test('a list has its items as messages, and metadata to watch from', async () => {
  const { body } = await call(listOfKind(ConfigMap), 'GET', maps);
  const { body: json } = await server.call('GET', maps);
  assert.deepEqual([body.apiVersion, body.kind], ['v1', 'ConfigMapList']);
  assert.equal(body.metadata.resourceVersion, json.metadata.resourceVersion);
  assert.deepEqual(
    body.items.map((item: Body) => [item.metadata.name, item.metadata.uid]),
    json.items.map((item: Body) => [item.metadata.name, item.metadata.uid]),
  );
});

test('writes, reviews, scales, deletions and errors are answered in protobuf, too', async () => {
  const created = await call(ConfigMap, 'POST', maps, { body: map('c') });
  assert.deepEqual([created.status, created.body.metadata.name], [201, 'c']);
  const deleted = await call(Status, 'DELETE', `${maps}/c`);
  assert.deepEqual([deleted.body.status, deleted.body.details.name], ['Success', 'c']);
  const missing = await call(Status, 'GET', `${maps}/c`);
  assert.deepEqual(
    [missing.status, missing.body.code, missing.body.reason, missing.body.message],
    [404, 404, 'NotFound', 'configmaps "c" not found'],
  );
  const review = await call(SelfSubjectReview, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    body: {},
  });
  assert.equal(review.body.status.userInfo.username, ADMIN.name);
  const template = {
    metadata: { labels: { a: 'b' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  };
  const sets = '/apis/apps/v1/namespaces/default/replicasets';
  const spec = { replicas: 3, selector: { matchLabels: { a: 'b' } }, template };
  await server.call('POST', sets, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 's' },
    spec,
  });
  const scale = await call(Scale, 'GET', `${sets}/s/scale`);
  assert.deepEqual([scale.body.kind, scale.body.spec.replicas], ['Scale', 3]);
});

test('partial metadata and discovery are messages', async () => {
  const accept = (kind: string) => `${PROTOBUF};as=${kind};g=meta.k8s.io;v=v1`;
  const one = await call(PartialObjectMetadata, 'GET', `${maps}/a`, {
    accept: accept('PartialObjectMetadata'),
  });
  assert.deepEqual(
    [one.body.apiVersion, one.body.kind, one.body.metadata.name],
    ['meta.k8s.io/v1', 'PartialObjectMetadata', 'a'],
  );
  const list = await call(PartialObjectMetadataList, 'GET', `${maps}`, {
    accept: accept('PartialObjectMetadataList'),
  });
  assert.equal(list.body.kind, 'PartialObjectMetadataList');
  assert.deepEqual(Object.keys(list.body.items[0]), ['metadata']);
  const { body } = await call(APIResourceList, 'GET', '/api/v1');
  const listed = body.resources.find(({ name }: Body) => name === 'configmaps');
  const json = (await server.call('GET', '/api/v1')).body.resources;
  assert.deepEqual(listed.verbs, json.find(({ name }: Body) => name === 'configmaps').verbs);
});

test('the verbs of a resource are a message of their own, as those of Go', async () => {
  const { body } = await server.api.inProcess.request(
    { method: 'GET', path: '/apis/scheduling.k8s.io/v1', headers: { accept: PROTOBUF } },
    ADMIN,
  );
  const resource = messageAt(messageAt(openEnvelope(body).raw, 2), 4);
  // Number 1 with the length and text of the first verb.
  assert.equal(resource.subarray(0, 8).toString('latin1'), '\n\x06create');
});

/** The first field of the number in a message, which is a message, too. */
function messageAt(message: Buffer, wanted: number): Buffer {
  const reader = new Reader(message);
  for (;;) {
    const { number, wire } = reader.tag();
    if (number === wanted) return reader.bytes();
    reader.skip(wire);
  }
}

test('custom objects are JSON to a client that takes it, else a 406', async () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gizmos.ex.example.com' },
    spec: {
      group: 'ex.example.com',
      scope: 'Namespaced',
      names: { plural: 'gizmos', kind: 'Gizmo' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  };
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
  const gizmos = '/apis/ex.example.com/v1/namespaces/default/gizmos';
  const headers = { accept: `${PROTOBUF},application/json` };
  const listed = await server.call('GET', gizmos, undefined, { headers });
  assert.deepEqual([listed.status, listed.body.kind], [200, 'GizmoList']);
  const { status, body } = await call(Status, 'GET', gizmos, { accept: PROTOBUF });
  assert.deepEqual([status, body.reason], [406, 'NotAcceptable']);
});

/** The events of a watch as they are sent. */
async function* events(path: string, query: string): AsyncGenerator<{ type: string; object: Body }> {
  const reply = await server.api.handle(
    {
      method: 'GET',
      path,
      query: new URLSearchParams(`watch=true&${query}`),
      headers: { accept: `${PROTOBUF};stream=watch,application/json` },
      body: async () => Buffer.alloc(0),
    },
    { name: 'admin', groups: ['system:masters'] },
  );
  assert.ok(isWatch(reply));
  assert.equal(reply.headers['content-type'], `${PROTOBUF};stream=watch`);
  const out = new PassThrough();
  const writer = new FrameWriter({
    out,
    view: reply.watch.view,
    pace: () => undefined,
    onWait: () => () => {},
  });
  const open = reply.watch.open((sent) => (sent ? writer.push(sent) : out.end()));
  writer.start(await open.initial);
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of out) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
        const size = rest.readUInt32BE();
        yield watchEvent(rest.subarray(4, 4 + size));
        rest = rest.subarray(4 + size);
      }
    }
  } finally {
    open.close();
  }
}

function watchEvent(frame: Buffer): { type: string; object: Body } {
  const reader = new Reader(frame);
  const parts: Buffer[] = [];
  while (!reader.done) {
    const { number } = reader.tag();
    parts[number] = reader.bytes();
  }
  const raw = new Reader(parts[2]!);
  raw.tag();
  const document = raw.bytes();
  const type = parts[1]!.toString();
  return { type, object: decoded(type === 'ERROR' ? Status : ConfigMap, document) };
}

test('a watch sends the state, the bookmark that ends it, and changes, each with its length before it', async () => {
  const watch = events(
    maps,
    'allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
  );
  const next = async () => (await watch.next()).value as { type: string; object: Body };
  const names: string[] = [];
  let event = await next();
  for (; event.type === 'ADDED'; event = await next()) names.push(event.object.metadata.name);
  assert.ok(names.includes('a') && names.includes('b'));
  assert.equal(event.type, 'BOOKMARK');
  assert.deepEqual(event.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
  await server.call('POST', maps, map('w'));
  const added = await next();
  assert.deepEqual(
    [added.type, added.object.metadata.name, added.object.data],
    ['ADDED', 'w', { key: 'größe' }],
  );
  await server.call('DELETE', `${maps}/w`);
  const gone = await next();
  assert.equal(gone.type, 'DELETED');
  assert.ok(Number(gone.object.metadata.resourceVersion) > Number(added.object.metadata.resourceVersion));
  await watch.return(undefined);
});
