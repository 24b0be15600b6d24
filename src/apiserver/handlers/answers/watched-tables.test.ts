// Watches whose events are tables: kubectl get --watch, and streaming lists of clients that ask for tables.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { type Body, create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { FrameWriter } from '../../http/flow.ts';
import { isWatch } from '../../request.ts';

const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };
const STREAM = {
  watch: 'true',
  sendInitialEvents: 'true',
  allowWatchBookmarks: 'true',
  resourceVersionMatch: 'NotOlderThan',
};

/** The first `count` events of a watch for tables, as they are sent. */
async function tables(path: string, count: number, more: Record<string, string> = {}): Promise<Body[]> {
  const server = await simCluster();
  for (const name of ['a', 'b'])
    await create(server, '/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
    });
  const reply = await server.api.handle(
    {
      method: 'GET',
      path,
      query: new URLSearchParams({ ...STREAM, ...more }),
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
      body: async () => Buffer.alloc(0),
    },
    admin,
  );
  assert.ok(isWatch(reply));
  const out = new PassThrough();
  const writer = new FrameWriter({
    out,
    view: reply.watch.view,
    pace: () => undefined,
    onWait: () => () => {},
  });
  const open = reply.watch.open((events) => (events ? writer.push(events) : out.end()));
  writer.start(await open.initial);
  const seen: Body[] = [];
  let rest = '';
  try {
    for await (const chunk of out) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) seen.push(JSON.parse(line));
      if (seen.length >= count) return seen;
    }
    return seen;
  } finally {
    open.close();
  }
}

const maps = '/api/v1/namespaces/default/configmaps';

test('the first table of a watch has columns, those after it have none', async () => {
  const [first, second] = await tables(maps, 3);
  assert.equal(first.object.columnDefinitions[0].name, 'Name');
  assert.equal(second.object.columnDefinitions, null);
  assert.deepEqual([first.object.rows[0].cells[0], second.object.rows[0].cells[0]], ['a', 'b']);
});

test('the bookmark after the initial events is a table whose row has the mark, whatever objects are asked for', async () => {
  for (const includeObject of ['Metadata', 'None', 'Object']) {
    const bookmark = (await tables(maps, 3, { includeObject }))[2];
    assert.equal(bookmark.type, 'BOOKMARK');
    const { annotations } = bookmark.object.rows[0].object.metadata;
    assert.deepEqual(annotations, { 'k8s.io/initial-events-end': 'true' });
  }
});

test('bookmarks of kinds whose printers read structs are tables, too', async () => {
  for (const path of ['/api/v1/events', '/apis/batch/v1/cronjobs', '/apis/storage.k8s.io/v1/csidrivers']) {
    const events = await tables(path, 1);
    assert.deepEqual([events[0].type, events[0].object.kind], ['BOOKMARK', 'Table'], path);
  }
});
