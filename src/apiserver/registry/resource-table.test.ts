import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { Resource } from './resource.ts';
import { ResourceTable } from './resource-table.ts';

/** Only what the table reads; none of the verbs is called. */
const named = (kind: AnyResource, custom = false) => ({ kind, custom }) as Resource;

test('a custom resource does not displace a built-in one of the same name', () => {
  const table = new ResourceTable();
  const builtIn = named(Pod);
  assert.equal(table.add(builtIn), true);
  const { generation } = table;
  assert.equal(table.add(named(Pod, true)), false);
  assert.equal(table.get('', 'v1', 'pods'), builtIn);
  assert.equal(table.generation, generation);
});

test('a newer version of a custom resource replaces the older one, which can no longer be removed', () => {
  const table = new ResourceTable();
  const [older, newer] = [named(ConfigMap, true), named(ConfigMap, true)];
  table.add(older);
  assert.equal(table.add(newer), true);
  table.remove(older);
  assert.equal(table.get('', 'v1', 'configmaps'), newer);
  table.remove(newer);
  assert.equal(table.get('', 'v1', 'configmaps'), undefined);
});

test('the generation grows with every change, so that documents made from the table are made again', () => {
  const table = new ResourceTable();
  const custom = named(ConfigMap, true);
  const generations = [table.generation];
  table.add(named(Pod));
  generations.push(table.generation);
  table.add(custom);
  generations.push(table.generation);
  table.remove(custom);
  generations.push(table.generation);
  assert.deepEqual(
    generations,
    [...new Set(generations)].sort((a, b) => a - b),
  );
  assert.deepEqual(table.kinds(), [Pod]);
});
