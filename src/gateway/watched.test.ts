import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import { silentLogger } from '../kit/log.ts';
import { simCluster } from '../sim/cluster.ts';
import { NOT_READ } from './absence.ts';
import { WatchedByName } from './watched.ts';

test('Secrets that one namespace names take no room of another’s', async (t) => {
  const { client, clock, random } = await simCluster({}, t);
  for (const name of ['a', 'b', 'c', 'd'])
    await client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'default' },
    });
  const factory = () => new InformerFactory({ client, clock, random, log: silentLogger });
  const watched = new WatchedByName(Secret, factory, () => {}, 4);
  t.after(() => watched.stop());
  const namesOf = () =>
    ['a', 'b', 'c', 'd', 'e'].map((name) => {
      const found = watched.get('default', name);
      return found === NOT_READ ? 'not read' : found?.metadata.name;
    });
  const own = ['a', 'b', 'c', 'd', 'e'].map((name) => `default/${name}`);
  assert.ok(await watched.watch(new Set(own)));
  assert.deepEqual(namesOf(), ['a', 'b', 'c', 'd', 'not read']);
  assert.ok(await watched.watch(new Set([...own, 'other/x', 'other/y', 'other/z'])));
  assert.deepEqual(namesOf(), ['a', 'b', 'not read', 'not read', 'not read']);
  assert.deepEqual([watched.get('other', 'x'), watched.get('other', 'z')], [undefined, NOT_READ]);
  assert.equal(await watched.watch(new Set([...own, 'other/x', 'other/y', 'other/z'])), false);
  assert.ok(await watched.watch(new Set(own)));
  assert.deepEqual(namesOf(), ['a', 'b', 'c', 'd', 'not read']);
});
