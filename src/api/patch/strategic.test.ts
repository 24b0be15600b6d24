import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadTime } from '../../kit/process/thread-time.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';
import { StatusError } from '../status/status-error.ts';
import type { JsonObject } from './json.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicPatch } from './strategic.ts';

const pod = (patch: JsonObject, document: JsonObject) => applyStrategicPatch(Pod, document, patch);

test('lists of objects merge by their key, new items go first', () => {
  const document = { spec: { containers: [{ name: 'a', image: '1', env: [{ name: 'X', value: '1' }] }] } };
  const result = pod(
    {
      spec: {
        containers: [
          { name: 'b', image: '2' },
          { name: 'a', env: [{ name: 'Y', value: '2' }] },
        ],
      },
    },
    document,
  );
  assert.deepEqual(result, {
    spec: {
      containers: [
        { name: 'b', image: '2' },
        {
          name: 'a',
          image: '1',
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
        },
      ],
    },
  });
});

test('$setElementOrder orders patched items and keeps server-only items in their place', () => {
  const document = { spec: { containers: [{ name: 'a' }, { name: 's' }, { name: 'b' }] } };
  const result = pod(
    {
      spec: {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        containers: [{ name: 'b', image: 'x' }],
      },
    },
    document,
  );
  const names = (result.spec as { containers: { name: string }[] }).containers.map((c) => c.name);
  assert.deepEqual(names, ['s', 'b', 'a']);
});

test('$patch deletes one item, replaces a list, replaces an object', () => {
  const document = {
    spec: { containers: [{ name: 'a' }, { name: 'b' }], securityContext: { runAsUser: 1 } },
  };
  assert.deepEqual(pod({ spec: { containers: [{ $patch: 'delete', name: 'a' }] } }, document).spec, {
    ...document.spec,
    containers: [{ name: 'b' }],
  });
  assert.deepEqual(pod({ spec: { containers: [{ $patch: 'replace' }, { name: 'z' }] } }, document).spec, {
    ...document.spec,
    containers: [{ name: 'z' }],
  });
  const replaced = pod({ spec: { securityContext: { $patch: 'replace', runAsGroup: 2 } } }, document);
  assert.deepEqual((replaced.spec as JsonObject).securityContext, { runAsGroup: 2 });
  assert.throws(
    () => pod({ spec: { securityContext: { $patch: 'x' } } }, document),
    (e) => e instanceof StatusError && e.message.startsWith('unknown patch type: x'),
  );
});

test('$retainKeys removes keys that it does not list', () => {
  const document = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
  const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
  assert.deepEqual(applyStrategicPatch(Deployment, document, patch), {
    spec: { strategy: { type: 'Recreate' } },
  });
});

test('scalars merge as a set, and $deleteFromPrimitiveList removes some', () => {
  const document = { metadata: { finalizers: ['a', 'b'] } };
  assert.deepEqual(pod({ metadata: { finalizers: ['c'] } }, document), {
    metadata: { finalizers: ['c', 'a', 'b'] },
  });
  assert.deepEqual(pod({ metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }, document), {
    metadata: { finalizers: ['b'] },
  });
});

test('null deletes, lists without a merge strategy are replaced, atomic selectors merge as maps', () => {
  const document = { metadata: { labels: { a: '1', b: '2' } }, spec: { tolerations: [{ key: 'x' }] } };
  const result = pod({ metadata: { labels: { a: null } }, spec: { tolerations: [{ key: 'y' }] } }, document);
  assert.deepEqual(result, { metadata: { labels: { b: '2' } }, spec: { tolerations: [{ key: 'y' }] } });
});

test('service ports merge by port only, a disruption budget’s selector is replaced', () => {
  const service = { spec: { ports: [{ port: 80, protocol: 'TCP', nodePort: 1 }] } };
  assert.deepEqual(
    applyStrategicPatch(Service, service, { spec: { ports: [{ port: 80, protocol: 'UDP' }] } }),
    {
      spec: { ports: [{ port: 80, protocol: 'UDP', nodePort: 1 }] },
    },
  );
  const budget = { spec: { selector: { matchLabels: { a: 'b' } } } };
  const patch = { spec: { selector: { matchLabels: { c: 'd' } } } };
  assert.deepEqual(applyStrategicPatch(PodDisruptionBudget, budget, patch), patch);
});

test('directives in new values are removed', () => {
  const result = pod(
    { spec: { volumes: [{ $retainKeys: ['name'], name: 'v', emptyDir: null }] } },
    { spec: {} },
  );
  assert.deepEqual(result, { spec: { volumes: [{ name: 'v' }] } });
});

test('a merge patch merges objects, deletes nulls, replaces the rest, and leaves the document alone', () => {
  const document = { a: { b: 1, c: 2 }, d: [1] };
  assert.deepEqual(applyMergePatch(document, { a: { b: null, e: { f: null, g: 1 } }, d: [2] }), {
    a: { c: 2, e: { g: 1 } },
    d: [2],
  });
  assert.deepEqual(document, { a: { b: 1, c: 2 }, d: [1] });
  assert.throws(
    () => applyMergePatch({}, []),
    (e) => e instanceof StatusError && e.code === 400,
  );
});

test('merging long lists costs no more per item than merging short ones', () => {
  const items = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `c${i}`, image: 'x' }));
  const merge = (count: number) => {
    const started = threadTime();
    pod({ spec: { containers: items(count) } }, { spec: { containers: items(count) } });
    return threadTime() - started;
  };
  const fastest = (count: number) => Math.min(...Array.from({ length: 5 }, () => merge(count)));
  // The processor's time is counted in steps of some milliseconds.
  const [short, long] = [Math.max(fastest(8_000), 4), fastest(64_000)];
  assert.ok(long < short * 30, `${short} ms for 8,000 items, ${long} ms for 64,000`);
});

test('a directive that is no text is refused as one that is not known', () => {
  assert.throws(
    () => pod({ spec: { $patch: [{ ['__proto__']: null }] } }, { spec: {} }),
    (e) => e instanceof StatusError && e.message.startsWith('unknown patch type: ['),
  );
});

test('an element without the key of its list is shown as Go prints maps, and cut when it is long', () => {
  const element = { image: 'nokey', args: ['a', 'b'], ports: [{ hostPort: 1 }], tty: true, stdin: null };
  const messageOf = (containers: unknown[]) => {
    try {
      pod({ spec: { containers } }, { spec: { containers: [] } });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  assert.equal(
    messageOf([element]),
    'map: map[args:[a b] image:nokey ports:[map[hostPort:1]] stdin:<nil> tty:true] does not contain declared merge key: name',
  );
  const long = messageOf([{ image: 'i'.repeat(100_000), args: Array(100_000).fill('a') }]);
  assert.ok(
    long !== undefined &&
      long.length < 20_000 &&
      long.endsWith('… does not contain declared merge key: name'),
  );
});
