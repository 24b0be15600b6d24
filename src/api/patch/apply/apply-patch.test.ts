import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { StatusError } from '../../status/status-error.ts';
import { applyPatch, updateManagedFields } from './field-manager.ts';
import { apply, create, fields, type Loose, object, owner, stored, t0 } from './managed-objects.fake.ts';

test('applying a new object owns exactly the applied fields', () => {
  const created = apply(ConfigMap, undefined, { metadata: { labels: { a: 'b' } }, data: { k: 'v' } });
  assert.deepEqual(created.data, { k: 'v' });
  assert.equal(owner(created, 'alice')?.operation, 'Apply');
  assert.deepEqual(fields(created, 'alice'), {
    'f:data': { 'f:k': {} },
    'f:metadata': { 'f:labels': { 'f:a': {} } },
  });
});

test('a field that is no longer applied is removed, unless another manager owns it', () => {
  let live = stored(apply(ConfigMap, undefined, { data: { a: '1', b: '1', c: '1' } }));
  live = stored(apply(ConfigMap, live, { data: { b: '1' } }, { manager: 'bob' }));
  const after = apply(ConfigMap, live, { data: { a: '1' } });
  assert.deepEqual(after.data, { a: '1', b: '1' });
  assert.deepEqual(fields(after, 'alice'), { 'f:data': { 'f:a': {} } });
  const none = apply(ConfigMap, stored(after), {});
  assert.deepEqual(none.data, { b: '1' });
  assert.equal(owner(none, 'alice'), undefined);
  assert.equal(none.metadata.name, 'x');
});

test('removing all labels keeps the name', () => {
  const live = stored(apply(ConfigMap, undefined, { metadata: { labels: { a: 'b' } } }));
  const after = apply(ConfigMap, live, {});
  assert.equal(after.metadata.labels, undefined);
  assert.equal(after.metadata.name, 'x');
  assert.equal(after.metadata.uid, 'u1');
});

test('changing fields of other managers is a conflict that names them; force takes ownership', () => {
  const live = create(Deployment, { spec: { replicas: 1 } });
  const wanted = { spec: { replicas: 3 } };
  assert.throws(
    () => apply(Deployment, live, wanted),
    (error) => {
      assert.ok(error instanceof StatusError);
      assert.equal(error.code, 409);
      assert.equal(
        error.message,
        'Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas',
      );
      assert.deepEqual(error.status.details?.causes, [
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "kubectl" using apps/v1',
          field: '.spec.replicas',
        },
      ]);
      return true;
    },
  );
  const forced = apply(Deployment, live, wanted, { force: true });
  assert.deepEqual(forced.spec, { replicas: 3 });
  assert.equal(owner(forced, 'kubectl'), undefined);
});

test('several conflicts are listed by manager', () => {
  const live = stored(apply(ConfigMap, undefined, { data: { a: '1', b: '1' } }, { manager: 'bob' }));
  assert.throws(
    () => apply(ConfigMap, live, { data: { a: '2', b: '2' } }),
    /^Error: Apply failed with 2 conflicts: conflicts with "bob":\n- .data.a\n- .data.b$/,
  );
});

test('the same value applied twice is shared, not a conflict', () => {
  const live = stored(apply(ConfigMap, undefined, { data: { a: '1' } }, { manager: 'bob' }));
  const shared = apply(ConfigMap, live, { data: { a: '1' } });
  assert.ok(owner(shared, 'bob') && owner(shared, 'alice'));
});

test('applying the same again changes nothing, not even the time', () => {
  const live = stored(apply(ConfigMap, undefined, { data: { a: '1' } }));
  const again = apply(ConfigMap, live, { data: { a: '1' } }, { now: t0 + 60_000 });
  assert.deepEqual(again, live);
});

test('ports merge by number and protocol, with the default protocol filled in', () => {
  const ports = [
    { name: 'tcp', port: 53, protocol: 'TCP' },
    { name: 'udp', port: 53, protocol: 'UDP' },
  ];
  const live = stored(apply(Service, undefined, { spec: { ports } }));
  const body = { spec: { ports: [{ name: 'tcp2', port: 53 }] } };
  const after = apply(Service, live, body, { manager: 'bob', force: true });
  assert.deepEqual((after.spec as { ports: unknown }).ports, [
    { name: 'tcp2', port: 53, protocol: 'TCP' },
    ports[1],
  ]);
});

test('an applied list determines the order of its items; others keep their position relative to them', () => {
  const containers = (...names: string[]) => ({ spec: { containers: names.map((name) => ({ name })) } });
  const live = stored(apply(Pod, undefined, containers('a', 'x', 'b'), { manager: 'bob' }));
  const after = apply(Pod, live, containers('b', 'n', 'a'));
  const order = (after.spec as { containers: { name: string }[] }).containers.map((c) => c.name);
  assert.deepEqual(order, ['x', 'b', 'n', 'a']);
});

test('a container that is no longer applied is removed with all its fields', () => {
  const live = stored(
    apply(Pod, undefined, {
      spec: {
        containers: [
          { name: 'a', image: '1' },
          { name: 'b', image: '1' },
        ],
      },
    }),
  );
  const defaulted = structuredClone(live);
  (defaulted.spec as { containers: Record<string, string>[] }).containers[1]!.imagePullPolicy = 'Always';
  const after = apply(Pod, defaulted, { spec: { containers: [{ name: 'a', image: '1' }] } });
  assert.deepEqual(after.spec, { containers: [{ name: 'a', image: '1' }] });
});

test('an object that does not conform to its kind is refused', () => {
  const code = (expected: number, text: string) => (e: unknown) =>
    e instanceof StatusError && e.code === expected && e.message.includes(text);
  assert.throws(
    () => apply(ConfigMap, undefined, { foo: 1 }),
    code(500, '.foo: field not declared in schema'),
  );
  const twice = { spec: { containers: [{ name: 'a' }, { name: 'a' }] } };
  assert.throws(
    () => apply(Pod, undefined, twice),
    code(500, '.spec.containers: duplicate entries for key [name="a"]'),
  );
  assert.throws(
    () => apply(ConfigMap, undefined, { apiVersion: 'v2' }),
    code(400, 'Specified patch version: v2, expected: v1'),
  );
  assert.throws(
    () => apply(ConfigMap, undefined, { metadata: { managedFields: [] } }),
    code(400, 'metadata.managedFields must be nil'),
  );
});

test('kubectl takes ownership of the fields of its client-side apply, and keeps the annotation current', () => {
  const last = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { a: '1' },
  });
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': last };
  const live = create(
    ConfigMap,
    { data: { a: '1', b: '1' }, metadata: { annotations } },
    'kubectl-client-side-apply',
  );
  const after = apply(ConfigMap, live, { data: { a: '2' } }, { manager: 'kubectl' });
  assert.deepEqual(after.data, { a: '2', b: '1' });
  const text = after.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '';
  assert.deepEqual((JSON.parse(text) as Loose).data, { a: '2' });
  assert.throws(
    () => apply(ConfigMap, live, { data: { b: '2' } }, { manager: 'kubectl' }),
    /conflict with "kubectl-client-side-apply" using v1: .data.b/,
  );
});

test('an object without managedFields is owned by before-first-apply', () => {
  const { managedFields: _, ...metadata } = create(ConfigMap, { data: { a: '1' } }).metadata;
  const live = { ...create(ConfigMap, { data: { a: '1' } }), metadata };
  assert.throws(
    () => apply(ConfigMap, live, { data: { a: '2' } }),
    /conflict with "before-first-apply" using v1: .data.a/,
  );
});

test('stored lists that repeat an identity are owned per identity, and applying one item replaces its repeats', () => {
  const env = (...values: string[]) => ({
    spec: { containers: [{ name: 'c', env: values.map((value) => ({ name: 'A', value })) }] },
  });
  const live = create(Pod, env('1', '2'));
  const updated = { ...live, ...env('1', '3') };
  const after = updateManagedFields({ kind: Pod, live, updated, manager: 'm', now: t0 });
  const item = { 'k:{"name":"A"}': {} };
  assert.deepEqual(fields(after, 'm'), {
    'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': item } } },
  });
  const applied = apply(Pod, live, env('4'), { force: true });
  assert.deepEqual(applied.spec, env('4').spec);
});

test('fields that an endpoint does not write do not change owner', () => {
  const made = create(Deployment, { spec: { replicas: 1 }, status: {} });
  const status = { replicas: 1 };
  const live = stored(
    updateManagedFields({
      kind: Deployment,
      live: made,
      updated: { ...made, status } as Loose,
      manager: 'controller',
      subresource: 'status',
      now: t0,
    }),
  );
  const before = fields(live, 'controller');
  const stale = { ...live, spec: { replicas: 2 }, status: { replicas: 7 } } as Loose;
  const after = updateManagedFields({ kind: Deployment, live, updated: stale, manager: 'user', now: t0 });
  assert.deepEqual(fields(after, 'controller'), before);
  assert.deepEqual(fields(after, 'user'), { 'f:spec': { 'f:replicas': {} } });
  const viaStatus = {
    kind: Deployment,
    live,
    subresource: 'status',
    manager: 'applier',
    now: t0,
    force: true,
  };
  const applied = applyPatch({ ...viaStatus, patch: object(Deployment, { spec: { replicas: 5 }, status }) });
  assert.deepEqual(fields(applied, 'kubectl'), { 'f:spec': { 'f:replicas': {} } });
  assert.deepEqual(fields(applied, 'applier'), { 'f:status': { 'f:replicas': {} } });
});
