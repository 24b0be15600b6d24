import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MutatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { validateCreate, validateUpdate } from '../validate.ts';
import { loadExpressions } from './expressions.ts';

before(() => loadExpressions());

const good = {
  name: 'a.example.com',
  admissionReviewVersions: ['v1'],
  clientConfig: { service: { namespace: 'n', name: 's', path: '/a/b', port: 443 } },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/*', '*/scale'] }],
  sideEffects: 'None',
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  timeoutSeconds: 10,
};
const configuration = (...webhooks: readonly object[]) =>
  ({ metadata: { name: 'w', resourceVersion: '1' }, webhooks }) as ValidatingWebhookConfiguration;
const texts = (errors: readonly { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`);
const refused = (...webhooks: readonly object[]) =>
  texts(validateCreate(ValidatingWebhookConfiguration, configuration(...webhooks)));

test('a webhook says what it is called for, where it is and what it does', () => {
  assert.deepEqual(refused(good, { ...good, name: 'b.example.com' }), []);
  assert.deepEqual(refused({}), [
    'webhooks[0].name: Required value',
    'webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun',
    'webhooks[0].clientConfig: Required value: exactly one of url or service is required',
    'webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1',
  ]);
});

test('every field of a webhook is checked, with upstream’s words', () => {
  const cases: readonly [object, string][] = [
    [{ name: 'A.b.c' }, 'name: Invalid value: "A.b.c": a lowercase RFC 1123 subdomain must consist'],
    [
      { name: 'a.b' },
      'name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
    ],
    [
      { sideEffects: 'Some' },
      'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
    ],
    [{ failurePolicy: 'Ask' }, 'failurePolicy: Unsupported value: "Ask": supported values: "Fail", "Ignore"'],
    [
      { matchPolicy: 'All' },
      'matchPolicy: Unsupported value: "All": supported values: "Equivalent", "Exact"',
    ],
    [
      { timeoutSeconds: 31 },
      'timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
    ],
    [
      { timeoutSeconds: 0 },
      'timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds',
    ],
    [
      { objectSelector: { matchLabels: { a: '!' } } },
      'objectSelector.matchLabels: Invalid value: "!": a valid label must',
    ],
    [
      { admissionReviewVersions: ['v2'] },
      'admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
    ],
    [
      { admissionReviewVersions: ['v1', 'v1'] },
      'admissionReviewVersions[1]: Invalid value: "v1": duplicate version',
    ],
    [
      { clientConfig: { url: 'http://a' } },
      'clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme',
    ],
    [
      { clientConfig: { ...good.clientConfig, url: 'https://a' } },
      'clientConfig: Required value: exactly one of url or service is required',
    ],
    [{ clientConfig: { service: { namespace: 'n' } } }, 'clientConfig.service.name: Required value'],
    [
      { matchConditions: [{ name: 'a', expression: '1' }] },
      'matchConditions[0].expression: Invalid value: "1": must evaluate to bool',
    ],
  ];
  for (const [change, expected] of cases) {
    const errors = refused({ ...good, ...change });
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.ok(errors[0]!.startsWith(`webhooks[0].${expected}`), errors[0]);
  }
  const mutating = configuration({ ...good, reinvocationPolicy: 'Often' });
  assert.deepEqual(texts(validateCreate(MutatingWebhookConfiguration, mutating)), [
    'webhooks[0].reinvocationPolicy: Unsupported value: "Often": supported values: "IfNeeded", "Never"',
  ]);
  assert.deepEqual(refused(good, good), ['webhooks[1].name: Duplicate value: "a.example.com"']);
});

test('wildcards of a rule stand alone', () => {
  const cases: readonly [object, string][] = [
    [{ operations: [] }, 'operations: Required value'],
    [
      { operations: ['*', 'CREATE'] },
      `operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
    ],
    [
      { resources: ['*/*', 'pods/log'] },
      `resources: Invalid value: ["*/*","pods/log"]: if '*/*' is present, must not specify other resources`,
    ],
    [
      { resources: ['*', 'pods'] },
      `resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources without subresources`,
    ],
    [
      { resources: ['pods/*', 'pods/log'] },
      `resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log`,
    ],
    [
      { resources: ['*/scale', 'a/scale'] },
      `resources[1]: Invalid value: "a/scale": if '*/scale' is present, must not specify a/scale`,
    ],
    [{ scope: 'All' }, 'scope: Unsupported value: "All": supported values: "*", "Cluster", "Namespaced"'],
  ];
  for (const [change, expected] of cases)
    assert.deepEqual(refused({ ...good, rules: [{ ...good.rules[0], ...change }] }), [
      `webhooks[0].rules[0].${expected}`,
    ]);
});

test('an update may leave what was there before', () => {
  const updated = (old: object, now: object) =>
    texts(
      validateUpdate(
        ValidatingWebhookConfiguration,
        configuration(...[now].flat()),
        configuration(...[old].flat()),
      ),
    );
  const some = { ...good, sideEffects: 'Some' };
  assert.deepEqual(updated(some, { ...some, timeoutSeconds: 5 }), []);
  assert.equal(updated(good, some).length, 1);
  const unknown = { ...good, admissionReviewVersions: ['v2'] };
  assert.deepEqual(updated(unknown, unknown), []);
  assert.deepEqual(updated([good, good], [good, good]), []);
  const condition = { ...good, matchConditions: [{ name: 'a', expression: '1' }] };
  assert.deepEqual(updated(condition, condition), []);
});

test('a thousand errors are enough', () => {
  assert.ok(refused(...Array(60_000).fill({})).length < 1_010);
});
