import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let server: SimCluster;
beforeEach(async () => {
  server = await simCluster();
});

const policy = (spec: object, name = 'p') => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name },
  spec: { matchConstraints: { resourceRules: [rule] }, ...spec },
});
const rule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: ['configmaps'],
};
const binding = (spec: object = {}, policyName = 'p') => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: `${policyName}-binding` },
  spec: { policyName, validationActions: ['Deny'], ...spec },
});
const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
  data,
});

async function bound(spec: object, bindingSpec: object = {}): Promise<void> {
  await create(server, POLICIES, policy(spec));
  await create(server, BINDINGS, binding(bindingSpec));
}

/** Code, reason and message of a POST. */
async function posted(path: string, object: unknown): Promise<[number, string?, string?]> {
  const { status, body } = await server.call('POST', path, object);
  const { reason, message } = body as Body & { reason: string };
  return status < 300 ? [status] : [status, reason, message];
}
const refused = async (object: unknown): Promise<string> => (await posted(CONFIG_MAPS, object))[2] ?? '';
const why = (text: string): string =>
  `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p-binding' denied request: ${text}`;

describe('ValidatingAdmissionPolicy', () => {
  it('refuses what a validation does not hold for, with its message and reason', async () => {
    await bound({
      validations: [
        { expression: 'object.data.size() <= 1', message: ' too much ' },
        {
          expression: "object.data.all(k, k != 'bad')",
          messageExpression: "'not ' + object.metadata.name",
          reason: 'Forbidden',
        },
        { expression: '!has(object.data.worse)' },
      ],
    });
    assert.deepEqual(await posted(CONFIG_MAPS, configMap('ok', { a: '' })), [201]);
    assert.deepEqual(await posted(CONFIG_MAPS, configMap('c', { a: '', b: '' })), [
      422,
      'Invalid',
      why('too much'),
    ]);
    assert.deepEqual(await posted(CONFIG_MAPS, configMap('c', { bad: '' })), [
      403,
      'Forbidden',
      why('not c'),
    ]);
    assert.equal(
      await refused(configMap('c', { worse: '' })),
      why('failed expression: !has(object.data.worse)'),
    );
  });

  it('does nothing without a binding, or for what it or its binding does not match', async () => {
    await create(server, POLICIES, policy({ validations: [{ expression: 'false' }] }));
    assert.equal(await refused(configMap('a')), '');
    await create(
      server,
      BINDINGS,
      binding({ matchResources: { objectSelector: { matchLabels: { judged: 'yes' } } } }),
    );
    assert.equal(await refused(configMap('b')), '');
    assert.equal(await refused(configMap('c', {}, { judged: 'yes' })), why('failed expression: false'));
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', labels: { judged: 'yes' } } };
    assert.deepEqual(await posted('/api/v1/namespaces/default/secrets', secret), [201]);
  });

  it('match conditions exclude requests; variables are shared; request, oldObject and namespaceObject can be read', async () => {
    await bound({
      matchConditions: [{ name: 'not-free', expression: "!object.metadata.name.startsWith('free')" }],
      variables: [
        { name: 'keys', expression: 'object.?data.orValue({}).map(k, k)' },
        { name: 'count', expression: 'variables.keys.size()' },
      ],
      validations: [
        {
          expression: "variables.count == 0 || request.operation == 'UPDATE' && oldObject != null",
          messageExpression: "'has ' + variables.keys.join('+')",
        },
        {
          expression:
            "namespaceObject.metadata.name == 'default' && request.userInfo.groups.size() > 0 && request.namespace == 'default'",
        },
      ],
    });
    assert.equal(await refused(configMap('free', { a: '' })), '');
    assert.equal(await refused(configMap('c', { a: '', b: '' })), why('has a+b'));
    assert.equal(await refused(configMap('c')), '');
    const updated = await server.call('PUT', `${CONFIG_MAPS}/c`, configMap('c', { a: '' }));
    assert.equal(updated.status, 200);
  });

  it('asks the authorizer', async () => {
    await bound({
      validations: [
        {
          expression:
            "authorizer.group('').resource('pods').namespace('x').check('list').allowed() && !authorizer.serviceAccount('a', 'b').path('/x').check('get').allowed()",
        },
      ],
    });
    assert.equal(await refused(configMap('c')), '');
  });

  it('takes parameters by name and by selector', async () => {
    const params = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } };
    await create(server, CONFIG_MAPS, configMap('limits', { max: '1' }, { role: 'limits' }));
    await bound(
      { ...params, validations: [{ expression: 'object.data.size() <= int(params.data.max)' }] },
      { paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' } },
    );
    assert.match(
      await refused(configMap('c', { a: '', b: '' })),
      /failed expression: object\.data\.size\(\)/,
    );
    assert.equal(await refused(configMap('d', { a: '' })), '');
    await server.call('DELETE', `${CONFIG_MAPS}/limits`);
    const missing =
      'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';
    assert.equal(await refused(configMap('c', { a: '' })), why(missing));
  });

  it('the failure policy decides about errors', async () => {
    await bound({ validations: [{ expression: "object.data.x == 'y'" }] });
    assert.equal(
      await refused(configMap('c', { a: '' })),
      why("expression 'object.data.x == 'y'' resulted in error: no such key: x"),
    );
    const { body } = await server.call('GET', `${POLICIES}/p`);
    const found = body as { spec: object };
    await server.call('PUT', `${POLICIES}/p`, { ...found, spec: { ...found.spec, failurePolicy: 'Ignore' } });
    assert.equal(await refused(configMap('c', { a: '' })), '');
  });

  it('an expression that costs too much ends the evaluation', async () => {
    const digits = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]';
    const costly = 'abcdefg'.split('').reduce((inner, v) => `${digits}.all(${v}, ${inner})`, 'true');
    await bound({ validations: [{ expression: costly }] });
    assert.match(
      await refused(configMap('c')),
      /resulted in error: operation cancelled: actual cost limit exceeded$/,
    );
  });
});

describe('what is checked when policies are written', () => {
  const message = async (spec: object): Promise<string> => (await posted(POLICIES, policy(spec)))[2] ?? '';
  it('expressions are compiled', async () => {
    assert.match(
      await message({ validations: [{ expression: 'object.x > y' }] }),
      /spec\.validations\[0\]\.expression: Invalid value: "object\.x > y": compilation failed: ERROR: <input>:1:12: undeclared reference to 'y' \(in container ''\)\n \| object\.x > y\n \| \.{11}\^/,
    );
    assert.match(await message({ validations: [{ expression: '1' }] }), /must evaluate to bool but got int/);
    assert.match(
      await message({ validations: [{ expression: 'params.x == 1' }] }),
      /undeclared reference to 'params'/,
    );
    assert.match(
      await message({ validations: [{ expression: 'true', messageExpression: 'authorizer == null' }] }),
      /undeclared reference to 'authorizer'/,
    );
    assert.match(
      await message({
        variables: [{ name: 'in', expression: 'variables.x' }],
        validations: [{ expression: 'true' }],
      }),
      /must be a valid CEL identifier.*undefined field 'x'/s,
    );
    assert.match(
      await message({ auditAnnotations: [{ key: 'k', valueExpression: '1' }] }),
      /must evaluate to one of \[string null_type\] but got int/,
    );
    assert.match(
      await message({}),
      /spec\.validations: Required value: validations or auditAnnotations must contain at least one item/,
    );
  });

  it('bindings', async () => {
    const [code, , text] = await posted(
      BINDINGS,
      binding({ validationActions: ['Deny', 'Warn'], paramRef: { name: 'x', selector: {} } }),
    );
    assert.equal(code, 422);
    assert.match(
      text ?? '',
      /must not contain both Deny and Warn.*|name and selector are mutually exclusive/,
    );
  });

  it('match conditions of webhooks', async () => {
    const webhook = {
      name: 'w.example.com',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      rules: [rule],
      failurePolicy: 'Fail',
    };
    const configuration = (expression: string) => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'w' },
      webhooks: [{ ...webhook, matchConditions: [{ name: 'c', expression }] }],
    });
    const path = `${GROUP}/validatingwebhookconfigurations`;
    assert.match(
      (await posted(path, configuration('object.x = 1')))[2] ?? '',
      /webhooks\[0\]\.matchConditions\[0\]\.expression: Invalid value: .*compilation failed/,
    );
    assert.deepEqual(await posted(path, configuration("object.metadata.name == 'called'")), [201]);
    // The webhook does not answer: who is excluded does not notice, and an error of the condition refuses.
    assert.equal(await refused(configMap('c')), '');
    assert.match(await refused(configMap('called')), /failed calling webhook "w\.example\.com"/);
  });
});
