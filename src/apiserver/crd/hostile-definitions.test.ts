// Definitions that would replace, pollute or block the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonSchema } from '../../api/schema/json-schema.ts';
import { loadPatterns } from '../../api/schema/re2.ts';
import { atOnce, systemClock } from '../../kit/clock.ts';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import * as steps from './validation/validate.ts';

const validateCustom = (...given: Parameters<typeof steps.validateCustom>) =>
  atOnce(steps.validateCustom(...given));

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Options {
  readonly group?: string;
  readonly plural?: string;
  readonly kind?: string;
  readonly version?: string;
  readonly annotations?: Record<string, string>;
  readonly spec?: JsonSchema;
  readonly scale?: object;
}

function definition({ group = 'example.com', plural = 'things', kind = 'Thing', ...options }: Options) {
  const { version = 'v1', annotations, spec = { type: 'object' }, scale } = options;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, ...(annotations && { annotations }) },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
          ...(scale && { subresources: { scale } }),
        },
      ],
    },
  };
}

const approved = { annotations: { 'api-approved.kubernetes.io': 'https://example.com/approval' } };

test('a definition cannot replace a built-in kind, in any version, approved or not', async () => {
  const server = await simCluster();
  const policies = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
  await create(server, policies, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'kept' },
    spec: { podSelector: {} },
  });
  for (const version of ['v1', 'v99']) {
    const names = { group: 'networking.k8s.io', plural: 'networkpolicies', kind: 'NetworkPolicy' };
    const answer = await server.call('POST', definitions, definition({ ...names, version, ...approved }));
    assert.equal(answer.status, 422);
    assert.match(answer.body.message, /spec\.names: Invalid value: .* is a built-in resource/);
  }
  assert.equal((await server.call('GET', `${policies}/kept`)).status, 200);
});

test('groups of the Kubernetes community need the approval annotation, and have the condition about it', async () => {
  const { call } = await simCluster();
  const post = (annotation?: string) =>
    call(
      'POST',
      definitions,
      definition({
        group: 'sub.k8s.io',
        ...(annotation !== undefined && { annotations: { 'api-approved.kubernetes.io': annotation } }),
      }),
    );
  const missing = await post();
  assert.equal(missing.status, 422);
  assert.match(
    missing.body.message,
    /metadata\.annotations\[api-approved\.kubernetes\.io\]: Required value: protected groups must have approval annotation "api-approved\.kubernetes\.io", see https/,
  );
  assert.match((await post('maybe')).body.message, /either a URL or a reason starting with "unapproved"/);
  const { status, body } = await post('unapproved, a test');
  assert.equal(status, 201);
  const condition = (conditions: { type: string }[]) =>
    conditions.find(({ type }) => type === 'KubernetesAPIApprovalPolicyConformant');
  assert.deepEqual(
    { ...condition(body.status.conditions), lastTransitionTime: '' },
    {
      type: 'KubernetesAPIApprovalPolicyConformant',
      status: 'False',
      reason: 'UnapprovedAnnotation',
      message: 'not approved: "unapproved, a test"',
      lastTransitionTime: '',
    },
  );
  const headers = { 'content-type': 'application/merge-patch+json' };
  const patch = { metadata: { annotations: { 'api-approved.kubernetes.io': 'https://example.com/a' } } };
  const patched = await call('PATCH', `${definitions}/things.sub.k8s.io`, patch, { headers });
  assert.match(JSON.stringify(condition(patched.body.status.conditions)), /"ApprovedAnnotation"/);
});

test('scale paths lie under spec or status, and never lead to a prototype', async () => {
  const { call } = await simCluster();
  const post = (scale: object) => call('POST', definitions, definition({ scale }));
  const paths = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  const bad: [object, RegExp][] = [
    [{ ...paths, specReplicasPath: '.spec.__proto__.polluted' }, /should be a json path under \.spec/],
    [{ ...paths, specReplicasPath: '.metadata.uid' }, /should be a json path under \.spec/],
    [{ ...paths, specReplicasPath: 'spec.replicas' }, /must be a simple json path starting with \./],
    [{ ...paths, statusReplicasPath: '.spec.replicas' }, /should be a json path under \.status/],
    [
      { ...paths, labelSelectorPath: '.metadata.name' },
      /should be a json path under either \.spec or \.status/,
    ],
    [{ statusReplicasPath: '.status.replicas' }, /specReplicasPath: Required value/],
  ];
  for (const [scale, message] of bad) {
    const answer = await post(scale);
    assert.equal(answer.status, 422);
    assert.match(answer.body.message, message);
  }
  assert.equal((await post(paths)).status, 201);
});

test('a pattern that is no expression of RE2, or too long, is refused with its path', async () => {
  const { call } = await simCluster();
  const withPattern = (pattern: string): JsonSchema => ({
    type: 'object',
    properties: { a: { type: 'array', items: { type: 'string', pattern } } },
  });
  const patterns = ['^(?=a)[a-z', '(?=a)', '(a)\\1', '[', `${'a'.repeat(3_000)}`, '((a{100}){100}){100}'];
  for (const pattern of patterns) {
    const answer = await call('POST', definitions, definition({ spec: withPattern(pattern) }));
    assert.equal(answer.status, 422, pattern);
    assert.match(
      answer.body.message,
      /properties\[spec\]\.properties\[a\]\.items\.pattern: Invalid value: .*must be a valid regular expression, but isn't: /,
    );
  }
});

test('a schema that is too deep or has too many parts is refused', async () => {
  const { call } = await simCluster();
  let deep: JsonSchema = { type: 'string' };
  for (let i = 0; i < 150; i++) deep = { anyOf: [deep] };
  const answer = await call('POST', definitions, definition({ spec: deep }));
  assert.equal(answer.status, 422);
  assert.match(answer.body.message, /must be nested at most 100 levels deep/);
});

test('a pattern that was stored before patterns were checked matches nothing', async () => {
  await loadPatterns();
  const schema: JsonSchema = { properties: { spec: { type: 'string', pattern: '^(?=a)[a-z' } } };
  assert.match(validateCustom(schema, { spec: 'a' })[0]?.message ?? '', /should match/);
});

test('required names that every JavaScript object has are missing where they are missing', () => {
  const schema: JsonSchema = {
    properties: { spec: { type: 'object', required: ['toString', '__proto__'] } },
  };
  assert.deepEqual(
    validateCustom(schema, { spec: {} }).map(({ field }) => field),
    ['spec.toString', 'spec.__proto__'],
  );
});

test('nested alternatives cost no more than their number', () => {
  const nested = (depth: number): JsonSchema => {
    let schema: JsonSchema = { type: 'integer' };
    for (let i = 0; i < depth; i++) schema = { anyOf: [schema, { type: 'boolean' }], oneOf: [schema] };
    return schema;
  };
  // Shared in memory as no decoded schema can be: twice the work per level, as for a tree of that many schemas.
  assert.match(
    validateCustom({ properties: { spec: nested(40) } }, { spec: 'x' })[0]!.message,
    /out of cost budget/,
  );
});

test('what one object may cost to validate is limited', async () => {
  await loadPatterns();
  const from = systemClock.monotonic();
  const parts = Array.from(
    { length: 20_000 },
    (_, i): JsonSchema => ({ type: 'object', minProperties: i + 20_000 }),
  );
  const wide: JsonSchema = { properties: { spec: { type: 'array', items: { anyOf: parts } } } };
  const slow: JsonSchema = { properties: { spec: { type: 'string', pattern: '([a-z]+[0-9]?){50}$' } } };
  const hostile: [JsonSchema, object][] = [
    [wide, { spec: Array.from({ length: 10_000 }, () => ({ a: 1 })) }],
    [slow, { spec: 'a'.repeat(1_000_000) }],
    [
      { properties: { spec: { anyOf: parts } } },
      { spec: Object.fromEntries(Array.from({ length: 16_000 }, (_, i) => [i, 0])) },
    ],
  ];
  for (const [schema, object] of hostile)
    assert.match(
      validateCustom(schema, object).at(-1)!.message,
      /validation failed due to running out of cost budget/,
    );
  assert.ok(systemClock.monotonic() - from < 5_000);
});
