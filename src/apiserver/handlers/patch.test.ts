import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const maps = '/api/v1/namespaces/default/configmaps';
let server: SimCluster;

before(async () => {
  server = await simCluster();
  await create(server, maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } });
});

const patch = (type: string, body: string, path = `${maps}/m`, query: Record<string, string> = {}) =>
  server.call('PATCH', path, body, { headers: { 'content-type': `application/${type}` }, query });

test('a strategic merge patch of the wrong type is shown, with upstream’s words for it', async () => {
  for (const [body, shown, why] of [
    ['{"data":{"a":1}}', 'map[data:map[a:1]]', 'cannot convert int64 to string'],
    ['{"data":{"a":true}}', 'map[data:map[a:true]]', 'cannot convert bool to string'],
    ['{"immutable":"no"}', 'map[immutable:no]', 'cannot convert string to bool'],
  ] as const) {
    const { status, body: refused } = await patch('strategic-merge-patch+json', body);
    const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
    assert.equal(status, 422);
    assert.equal(refused.message, ` "" is invalid: patch: ${message}`);
    assert.deepEqual(refused.details, {
      causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }],
    });
  }
});

test('other patches of the wrong type are refused with the patched object', async () => {
  for (const [type, body] of [
    ['merge-patch+json', '{"data":{"a":1}}'],
    ['json-patch+json', '[{"op":"add","path":"/data","value":{"a":1}}]'],
  ] as const) {
    const { body: refused } = await patch(type, body);
    assert.match(refused.message, /^ "" is invalid: patch: Invalid value: "\{.*\\"data\\":\{\\"a\\":1\}/);
    assert.match(
      refused.message,
      /: json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
    );
    assert.equal(refused.details.causes[0].field, 'patch');
  }
});

test('contents of Secrets are in no error', async () => {
  const secrets = '/api/v1/namespaces/default/secrets';
  const stringData = { password: 'hunter2' };
  await create(server, secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData });
  for (const type of ['merge-patch+json', 'strategic-merge-patch+json']) {
    const { status, body } = await patch(type, '{"data":{"a":1,"b":"aHVudGVyMg=="}}', `${secrets}/s`);
    assert.equal(status, 422);
    assert.match(body.message, /Invalid value: "<secret contents redacted>": /);
    assert.doesNotMatch(JSON.stringify(body), /aHVudGVyMg/);
  }
});

test('a body of server-side apply is YAML, also when it begins like JSON', async () => {
  const apply = (name: string, body: string) =>
    patch('apply-patch+yaml', body, `${maps}/${name}`, { fieldManager: 'test' });
  const { status, body } = await apply(
    'trailing',
    '{apiVersion: v1, "kind": "ConfigMap", metadata: {name: trailing,}, data: {a: "1",},}',
  );
  assert.deepEqual([status, body.data], [201, { a: '1' }]);
  const json = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json"},"data":{"a":"1"}}';
  assert.equal((await apply('json', json)).status, 201);
  const broken = await apply('broken', '{"apiVersion": "v1", "kind": "ConfigMap", ');
  assert.deepEqual(
    [broken.status, broken.body.message],
    [400, "error decoding YAML: error converting YAML to JSON: yaml: did not find expected ',' or ']'"],
  );
});
