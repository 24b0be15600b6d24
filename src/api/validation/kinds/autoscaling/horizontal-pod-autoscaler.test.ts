import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HorizontalPodAutoscaler } from '../../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerRules } from './horizontal-pod-autoscaler.ts';

type Spec = HorizontalPodAutoscaler['spec'];
type Metric = NonNullable<Spec['metrics']>[number];
type Rules = NonNullable<NonNullable<Spec['behavior']>['scaleUp']>;

const TARGET = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const autoscaler = (spec: Partial<Spec>): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'a', namespace: 'default' },
  spec: { maxReplicas: 5, scaleTargetRef: TARGET, ...spec },
});
const errors = (spec: Partial<Spec>, old?: Partial<Spec>): string[] => {
  const { create, update } = horizontalPodAutoscalerRules;
  const found = old ? update!(autoscaler(spec), autoscaler(old)) : create!(autoscaler(spec));
  return found.map(({ field, message }) => `${field}: ${message}`);
};
const ofMetric = (metric: object): string[] =>
  errors({ metrics: [metric as Metric] }).map((text) => text.replace('spec.metrics[0]', ''));
const utilization = (averageUtilization?: number) => ({
  type: 'Utilization',
  ...(averageUtilization !== undefined && { averageUtilization }),
});

describe('an autoscaler', () => {
  it('has a maximum, and a target in an API group', () => {
    assert.deepEqual(errors({}), []);
    assert.deepEqual(errors({ maxReplicas: 0 }), [
      'spec.maxReplicas: Required value: must be set and greater than 0',
    ]);
    assert.deepEqual(errors({ maxReplicas: -1 }), [
      'spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1',
    ]);
    assert.deepEqual(errors({ minReplicas: 6 }), [
      'spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`',
    ]);
    const version = (apiVersion: string, kind = 'Deployment') => ({
      scaleTargetRef: { apiVersion, kind, name: 'd' },
    });
    assert.deepEqual(errors(version('v1')), [
      'spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group',
    ]);
    assert.deepEqual(errors(version('a/b/c')), [
      'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
    ]);
    assert.deepEqual(errors(version('v1', 'ReplicationController')), []);
    assert.deepEqual(errors(version('v1'), version('v1')), []);
    assert.equal(errors(version('v1'), version('apps/v1')).length, 1);
  });

  it('scales to zero only by a metric that says something then', () => {
    assert.deepEqual(errors({ minReplicas: 0 }), [
      'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
    ]);
  });

  const rows: [string, object, string[]][] = [
    ['of a resource', { type: 'Resource', resource: { name: 'cpu', target: utilization(50) } }, []],
    [
      'without a type',
      { type: '' },
      [
        '.type: Required value: must specify a metric source type',
        '.type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ],
    ],
    [
      'without its source',
      { type: 'Pods' },
      ['.pods: Required value: must populate information for the given metric source'],
    ],
    [
      'with another source, too',
      {
        type: 'Resource',
        resource: { name: 'cpu', target: utilization(50) },
        pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } },
      },
      ['.pods: Forbidden: must populate the given metric source only'],
    ],
    [
      'of a resource without a target',
      { type: 'Resource', resource: { name: '', target: { type: 'Best' } } },
      [
        '.resource.name: Required value: must specify a resource name',
        '.resource.target.type: Invalid value: "Best": must be either Utilization, Value, or AverageValue',
        '.resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      ],
    ],
    [
      'of a resource with two targets',
      { type: 'Resource', resource: { name: 'cpu', target: { ...utilization(0), averageValue: '-1' } } },
      [
        '.resource.target.averageValue: Invalid value: "-1": must be positive',
        '.resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        '.resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
      ],
    ],
    [
      'of a container without a name',
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: '', target: utilization(1) },
      },
      ['.containerResource.container: Required value: must specify a container'],
    ],
    [
      'of pods',
      { type: 'Pods', pods: { metric: { name: 'a/b' }, target: { type: 'Value', value: '1' } } },
      [
        '.pods.metric.name: Invalid value: "a/b": may not contain \'/\'',
        '.pods.target.averageValue: Required value: must specify a positive target averageValue',
      ],
    ],
    [
      'of something outside',
      {
        type: 'External',
        external: { metric: { name: '' }, target: { type: 'Value', value: '1', averageValue: '1' } },
      },
      [
        '.external.metric.name: Required value: must specify a metric name',
        '.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      ],
    ],
    [
      'of an object of the core group',
      {
        type: 'Object',
        object: {
          describedObject: { kind: 'Service', name: 's', apiVersion: 'v1' },
          metric: { name: 'm' },
          target: { type: 'Value', value: '1' },
        },
      },
      [],
    ],
    [
      'of an object without a target',
      {
        type: 'Object',
        object: {
          describedObject: { kind: 'A', name: '' },
          metric: { name: 'm' },
          target: { type: 'Value' },
        },
      },
      [
        '.object.describedObject.name: Required value',
        '.object.target.averageValue: Required value: must set either a target value or averageValue',
      ],
    ],
  ];
  for (const [name, metric, expected] of rows)
    it(`may have a metric ${name}, or not`, () => assert.deepEqual(ofMetric(metric), expected));

  it('has a behavior within limits', () => {
    const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }];
    const ofRules = (rules: Rules) =>
      errors({ behavior: { scaleUp: rules } }).map((text) => text.replace('spec.behavior.scaleUp', ''));
    assert.deepEqual(ofRules({ policies, stabilizationWindowSeconds: 3600, tolerance: '0' }), []);
    assert.deepEqual(ofRules({ stabilizationWindowSeconds: -1, selectPolicy: 'Best', tolerance: '-1' }), [
      '.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
      '.selectPolicy: Unsupported value: "Best": supported values: "Disabled", "Max", "Min"',
      '.policies: Required value: must specify at least one Policy',
      '.tolerance: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    assert.deepEqual(
      ofRules({
        stabilizationWindowSeconds: 3601,
        policies: [
          { type: 'X', value: 0, periodSeconds: 0 },
          { ...policies[0]!, periodSeconds: 1801 },
        ],
      }),
      [
        '.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        '.policies[0].type: Unsupported value: "X": supported values: "Percent", "Pods"',
        '.policies[0].value: Invalid value: 0: must be greater than zero',
        '.policies[0].periodSeconds: Invalid value: 0: must be greater than zero',
        '.policies[1].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      ],
    );
  });
});
