// Managers of fields that wrote different versions: what changed is compared in the version of each.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { APPLY, gizmo, gizmos, MERGE, servedGizmos } from './served.fake.ts';
import { converts } from './webhook.fake.ts';

interface Entry {
  readonly manager: string;
  readonly apiVersion: string;
  readonly fieldsV1: { readonly 'f:spec'?: object };
}

async function managed(t: TestContext) {
  const served = await servedGizmos(t);
  const { call } = served.server;
  return {
    ...served,
    apply: (version: string, fieldManager: string, spec: object, query: Record<string, string> = {}) =>
      call('PATCH', `${gizmos(version)}/a`, gizmo(version, 'a', spec), {
        ...APPLY,
        query: { fieldManager, ...query },
      }),
    patch: (version: string, fieldManager: string, spec: object) =>
      call('PATCH', `${gizmos(version)}/a`, { spec }, { ...MERGE, query: { fieldManager } }),
    owners: async () => {
      const { body } = await call('GET', `${gizmos('v1')}/a`);
      return (body.metadata.managedFields ?? []).map(
        ({ manager, apiVersion, fieldsV1 }: Entry) =>
          `${manager} ${apiVersion.slice(-2)} ${Object.keys(fieldsV1['f:spec'] ?? {}).join(' ')}`,
      );
    },
  };
}

test('who changes a field in one version takes it from managers of another', async (t) => {
  const { apply, patch, owners } = await managed(t);
  await apply('v1', 'one', { hostPort: 'h:1', note: 'n' });
  assert.equal((await patch('v2', 'two', { host: 'x' })).status, 200);
  assert.deepEqual(await owners(), ['one v1 f:note', 'two v2 f:host']);
});

test('an apply conflicts with a manager that has the field in another version', async (t) => {
  const { apply, owners } = await managed(t);
  await apply('v1', 'one', { hostPort: 'h:1' });
  const refused = await apply('v2', 'two', { host: 'x', port: '1' });
  assert.deepEqual(
    [refused.status, refused.body.details.causes],
    [409, [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.hostPort' }]],
    JSON.stringify(refused.body),
  );
  const forced = await apply('v2', 'two', { host: 'x', port: '1' }, { force: 'true' });
  assert.equal(forced.status, 200, JSON.stringify(forced.body));
  assert.deepEqual(await owners(), ['two v2 f:host f:port']);
});

test('an apply in another version removes what the same manager applied before and leaves out now', async (t) => {
  const { apply, owners, spec } = await managed(t);
  await apply('v1', 'one', { hostPort: 'h:1', note: 'n' });
  const { status, body } = await apply('v2', 'one', { host: 'h', port: '1' });
  assert.deepEqual([status, body.spec], [200, { host: 'h', port: '1' }], JSON.stringify(body));
  assert.deepEqual(await spec('v1', 'a'), { hostPort: 'h:1' });
  assert.deepEqual(await owners(), ['one v2 f:host f:port']);
});

test('what another manager owns in its version stays', async (t) => {
  const { apply, patch, spec } = await managed(t);
  await apply('v1', 'one', { hostPort: 'h:1', note: 'n' });
  await patch('v2', 'two', { note: 'm' });
  await apply('v1', 'one', { hostPort: 'h:1' });
  assert.deepEqual(await spec('v1', 'a'), { hostPort: 'h:1', note: 'm' });
});

test('managers of versions that are not there any more are left out', async (t) => {
  const { server, patch, owners } = await managed(t);
  const entry = { manager: 'old', operation: 'Update', apiVersion: 'example.com/v0', fieldsType: 'FieldsV1' };
  const managedFields = [{ ...entry, fieldsV1: { 'f:spec': { 'f:note': {} } } }];
  await server.call(
    'POST',
    gizmos('v1'),
    gizmo('v1', 'a', { hostPort: 'h:1', note: 'n' }, { managedFields }),
  );
  assert.equal((await patch('v1', 'two', { note: 'm' })).status, 200);
  assert.deepEqual(
    (await owners()).filter((owner: string) => owner.startsWith('old')),
    [],
  );
});

test('an update does not depend on a webhook that fails for managers’ versions; an apply does', async (t) => {
  const { apply, patch, owners, webhook } = await managed(t);
  await apply('v2', 'one', { host: 'h', port: '1' });
  webhook.answer = () => ({ result: { status: 'Failure', message: 'no way' } });
  assert.equal((await apply('v1', 'two', { hostPort: 'x:1' })).status, 500);
  assert.equal((await patch('v1', 'two', { note: 'm' })).status, 200);
  webhook.answer = converts;
  assert.deepEqual(await owners(), []);
});
