import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HorizontalPodAutoscaler as V1 } from '../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V2 } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { autoscalerConversion } from './horizontal-pod-autoscaler.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
};
const service = { apiVersion: 'v1', kind: 'Service', name: 's' };
const metric = { name: 'hits', selector: { matchLabels: { a: 'b' } } };

/** One metric of each kind, and all that v1 has no fields for. */
const whole: V2 = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'a', namespace: 'default', annotations: { own: 'x' } },
  spec: {
    scaleTargetRef,
    minReplicas: 2,
    maxReplicas: 5,
    metrics: [
      { type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '1' } } },
      { type: 'Object', object: { describedObject: service, metric, target: { type: 'Value', value: '2' } } },
      {
        type: 'Object',
        object: { describedObject: service, metric, target: { type: 'AverageValue', averageValue: '3' } },
      },
      { type: 'External', external: { metric, target: { type: 'Value', value: '4' } } },
      {
        type: 'ContainerResource',
        containerResource: {
          name: 'memory',
          container: 'main',
          target: { type: 'AverageValue', averageValue: '1Gi' },
        },
      },
      cpu,
    ],
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }],
        tolerance: '50m',
      },
    },
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 3,
    currentMetrics: [
      { type: 'Pods', pods: { metric, current: { averageValue: '1' } } },
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '7m' } } },
    ],
    conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  },
};

const toV1 = (object: V2): V1 => autoscalerConversion.fromStored(object);
const toV2 = (object: V1): V2 => autoscalerConversion.toStored(object);

describe('an autoscaler in autoscaling/v1', () => {
  it('keeps everything that v1 has no fields for', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(toV2(toV1(whole)))), whole);
  });

  it('has annotations as upstream writes them', () => {
    const { annotations = {} } = toV1(whole).metadata;
    const read = (name: string) => JSON.parse(annotations[PREFIX + name]!);
    assert.deepEqual(read('metrics')[0], {
      type: 'Pods',
      pods: { metricName: 'hits', targetAverageValue: '1', selector: { matchLabels: { a: 'b' } } },
    });
    assert.deepEqual(read('current-metrics')[1], {
      type: 'Resource',
      resource: { name: 'cpu', currentAverageUtilization: 7, currentAverageValue: '7m' },
    });
    assert.deepEqual(read('behavior').ScaleUp.Policies, [{ Type: 'Pods', Value: 4, PeriodSeconds: 15 }]);
    assert.equal(read('conditions')[0].type, 'AbleToScale');
    assert.equal(annotations.own, 'x');
  });

  const annotated = (name: string, text: string): V1 => ({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'a', annotations: { [PREFIX + name]: text } },
    spec: { scaleTargetRef, maxReplicas: 3 },
  });

  it('has the default metric if it names none', () => {
    const { metrics = [] } = toV2(annotated('other', '')).spec;
    assert.equal(metrics[0]?.resource?.target.averageUtilization, 80);
  });

  it('may have lists that are stored as null', () => {
    const status = JSON.parse('{"currentMetrics":null,"desiredReplicas":0}') as V2['status'] & object;
    const { annotations = {} } = toV1({ ...whole, status }).metadata;
    assert.equal(annotations[`${PREFIX}current-metrics`], undefined);
  });

  it('takes nothing from annotations that do not fit, and leaves none behind', () => {
    const wrong = ['', '5', '[null]', '[5]', '{"a":1}', '[{"resource":5}]', '[{"pods":{"metricName":{}}}]'];
    for (const text of wrong)
      for (const name of ['metrics', 'current-metrics', 'conditions', 'behavior']) {
        const { metadata, spec, status } = toV2(annotated(name, text));
        assert.equal(metadata.annotations, undefined);
        assert.equal(spec.metrics?.length, 1, `${name} ${text}`);
        assert.equal(spec.behavior, undefined, `${name} ${text}`);
        for (const list of [status?.conditions, status?.currentMetrics])
          for (const item of list ?? []) assert.equal(typeof item, 'object');
      }
  });
});
