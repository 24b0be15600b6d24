import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from './attributes.ts';
import { reviewAccess } from './reviews.ts';

/** The status of a review by an authorizer that shows the selectors it got. */
async function review(asked: object, decision: Partial<Decision> = {}) {
  let seen: unknown;
  const status = await reviewAccess(
    {
      authorize: (_, { fieldSelector, labelSelector, version }) => {
        seen = { fieldSelector, labelSelector, version };
        return Promise.resolve({ allowed: true, reason: '', ...decision });
      },
    },
    { user: 'eve', resourceAttributes: { verb: 'list', resource: 'pods', ...asked } },
  );
  return { status, seen };
}

const refused = async (asked: object): Promise<string> => {
  try {
    await review(asked);
  } catch (error) {
    return (error as Error).message.replace(/^.* is invalid: /, '');
  }
  return '';
};

test('authorizers see the requirements of selectors, raw or parsed', async () => {
  const parsed = {
    fieldSelector: { requirements: [{ key: 'spec.nodeName', operator: 'In', values: ['n1'] }] },
    labelSelector: { requirements: [{ key: 'a', operator: 'Exists' }] },
  };
  const fieldSelector = [{ field: 'spec.nodeName', operator: '=', value: 'n1' }];
  assert.deepEqual((await review(parsed)).seen, {
    version: '*',
    fieldSelector,
    labelSelector: [{ key: 'a', operator: 'exists', values: [] }],
  });
  const raw = {
    version: 'v1',
    fieldSelector: { rawSelector: 'spec.nodeName=n1' },
    labelSelector: { rawSelector: 'a in (x,y)' },
  };
  assert.deepEqual((await review(raw)).seen, {
    version: 'v1',
    fieldSelector,
    labelSelector: [{ key: 'a', operator: 'in', values: ['x', 'y'] }],
  });
});

test('requirements that cannot be understood are ignored, and the status says so', async () => {
  const { status, seen } = await review({
    fieldSelector: {
      requirements: [
        { key: 'a', operator: 'In', values: ['x'] },
        { key: 'b', operator: 'Exists' },
      ],
    },
    labelSelector: { requirements: [{ key: 'a', operator: 'Like', values: ['x'] }] },
  });
  assert.deepEqual(seen, {
    version: '*',
    fieldSelector: [{ field: 'a', operator: '=', value: 'x' }],
    labelSelector: undefined,
  });
  assert.equal(
    status.evaluationError,
    'spec.resourceAttributes.fieldSelector partially ignored due to parse error; spec.resourceAttributes.labelSelector ignored due to parse error',
  );
  const raw = await review({ labelSelector: { rawSelector: 'a in (' } }, { error: 'tired' });
  assert.equal(
    raw.status.evaluationError,
    'tired; spec.resourceAttributes.labelSelector ignored due to parse error',
  );
});

test('invalid selectors are refused', async () => {
  assert.equal(
    await refused({
      fieldSelector: { rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'In', values: ['b'] }] },
    }),
    'spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: "a=b": may not specified at the same time as requirements',
  );
  assert.equal(
    await refused({ labelSelector: {} }),
    'spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
  );
  assert.equal(
    await refused({
      fieldSelector: {
        requirements: [
          { key: '', operator: 'In' },
          { key: 'k', operator: 'Exists', values: ['x'] },
        ],
      },
    }),
    "[spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified, spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn', spec.resourceAttributes.fieldSelector.requirements[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist']",
  );
});

test('a review says that a request is denied', async () => {
  const { status } = await review({}, { allowed: false, denied: true, reason: 'never' });
  assert.deepEqual(status, { allowed: false, denied: true, reason: 'never' });
});
