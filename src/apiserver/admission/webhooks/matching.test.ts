import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HorizontalPodAutoscaler as AutoscalerV1 } from '../../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler } from '../../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { matchedVersion, type Webhook } from './matching.ts';

const attributes = {
  kind: HorizontalPodAutoscaler as AnyResource,
  operation: 'CREATE',
  subresource: '',
  name: 'a',
  namespace: 'default',
  object: { metadata: { name: 'a' } },
} as AdmissionAttributes;

const webhook = (matchPolicy: string) =>
  ({
    name: 'w',
    matchPolicy,
    namespaceSelector: {},
    objectSelector: {},
    rules: [
      {
        operations: ['*'],
        apiGroups: ['autoscaling'],
        apiVersions: ['v1'],
        resources: ['horizontalpodautoscalers'],
      },
    ],
  }) as Webhook;

test('a rule for another version of the resource holds if the match policy is Equivalent', () => {
  const others = () => [AutoscalerV1];
  assert.equal(matchedVersion(webhook('Equivalent'), attributes, undefined, others), AutoscalerV1);
  assert.equal(matchedVersion(webhook('Exact'), attributes, undefined, others), undefined);
  assert.equal(
    matchedVersion(webhook('Equivalent'), attributes, undefined, () => []),
    undefined,
  );
});
