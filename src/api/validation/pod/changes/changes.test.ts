// What may change in a pod, at each of its endpoints.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../../kinds/core/v1/container.ts';
import { Pod } from '../../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import type { KubeObject } from '../../../meta/v1/resource.ts';
import { validateStatusUpdate, validateUpdate } from '../../validate.ts';
import { validateEphemeralContainersUpdate } from '../pod.ts';
import { validateResize } from './resize.ts';

type AnyPod = KubeObject & Pod;
interface Parts {
  readonly spec?: Partial<PodSpec>;
  readonly status?: Pod['status'];
  readonly annotations?: Readonly<Record<string, string>>;
}

const main: Container = {
  name: 'c',
  image: 'i',
  imagePullPolicy: 'Always',
  terminationMessagePolicy: 'File',
};
const pod = ({ spec, status, annotations }: Parts): AnyPod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'd', resourceVersion: '1', ...(annotations && { annotations }) },
    spec: {
      containers: [main],
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      serviceAccountName: 'default',
      ...spec,
    },
    ...(status && { status }),
  }) as AnyPod;

type Check = (now: AnyPod, old: AnyPod) => readonly { readonly field: string; readonly message: string }[];
type Case = readonly [title: string, old: Parts, now: Parts, expected: string[]];

function run(group: string, check: Check, cases: readonly Case[]): void {
  for (const [title, old, now, expected] of cases)
    test(`${group}: ${title}`, () =>
      assert.deepEqual(
        check(pod(now), pod(old)).map((e) => `${e.field}: ${e.message}`),
        expected,
      ));
}

const gates = [{ name: 'g' }];
const nodes = (...values: string[][]): Partial<PodSpec> => ({
  schedulingGates: gates,
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: values.map((list) => ({ key: 'k', operator: 'In' as const, values: list })) },
        ],
      },
    },
  },
});
const termsPath =
  'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
const cost = 'controller.kubernetes.io/pod-deletion-cost';

run('pod updates', (now, old) => validateUpdate(Pod, now, old), [
  [
    'scheduling gates are only removed',
    { spec: { schedulingGates: gates } },
    { spec: { schedulingGates: [{ name: 'h' }] } },
    ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'h'"],
  ],
  [
    'where a gated pod may run is narrowed',
    { spec: { nodeSelector: { a: '1' }, ...nodes(['x']) } },
    { spec: { nodeSelector: { a: '1', b: '2' }, ...nodes(['x'], ['y']) } },
    [],
  ],
  [
    'where a gated pod may run is not widened',
    { spec: { nodeSelector: { a: '1' }, ...nodes(['x']) } },
    { spec: { nodeSelector: { b: '2' }, ...nodes(['y']) } },
    [
      'spec.nodeSelector: Invalid value: {"b":"2"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      `${termsPath}[0]: Invalid value: {"MatchExpressions":[{"Key":"k","Operator":"In","Values":["y"]}],"MatchFields":null}: only additions are allowed (no mutations or deletions)`,
    ],
  ],
  [
    'node affinity of a gated pod is not removed',
    { spec: nodes(['x']) },
    { spec: { schedulingGates: gates } },
    [
      `${termsPath}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed`,
    ],
  ],
  [
    'values that are no labels may stay where older servers accepted them',
    { spec: nodes(['-x']) },
    { spec: { ...nodes(['-x']), schedulingGates: [] } },
    [],
  ],
  [
    'a cost of deletion that was wrong may stay, another may not come',
    { annotations: { [cost]: '+1' } },
    { annotations: { [cost]: '+2' } },
    [],
  ],
  [
    'a cost of deletion is an integer',
    { annotations: { [cost]: '1' } },
    { annotations: { [cost]: '2147483648' } },
    [`metadata.annotations[${cost}]: Invalid value: "2147483648": must be a 32bit integer`],
  ],
  [
    'AppArmor annotations are fixed',
    {},
    { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' } },
    [
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: Forbidden: may not add AppArmor annotations',
    ],
  ],
]);

test('pod updates: affinity to other pods does not change, though the pod is gated', () => {
  const podAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector: {} }],
  };
  const errors = validateUpdate(
    Pod,
    pod({ spec: { schedulingGates: gates, affinity: { podAffinity } } }),
    pod({ spec: { schedulingGates: gates } }),
  );
  assert.match(errors.map(({ message }) => message).join(), /pod updates may not change fields other than/);
});

test('pod updates: values of nodes that are no labels may not come', () => {
  const now = pod({ spec: { ...nodes(['x'], ['-x']) } });
  const errors = validateUpdate(Pod, now, pod({ spec: nodes(['x']) }));
  assert.deepEqual(
    errors.map(({ field }) => field),
    [`${termsPath}[0].matchExpressions[1].values[0]`],
  );
});

const sized = (cpu?: string, more: Partial<Container> = {}): Partial<PodSpec> => ({
  containers: [{ ...main, resources: cpu ? { requests: { cpu }, limits: { cpu: '4' } } : {}, ...more }],
});

run('pod resizes', validateResize, [
  ['cpu changes', { spec: sized('1') }, { spec: sized('2') }, []],
  [
    'requests are not removed, nor the class changed',
    { spec: sized('1') },
    { spec: sized() },
    [
      'spec: Invalid value: "": Pod QOS Class may not change as a result of resizing',
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ],
  ],
  [
    'containers keep their order',
    { spec: { containers: [main, { ...main, name: 'd' }] } },
    { spec: { containers: [{ ...main, name: 'd' }, main] } },
    [
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
      'spec.containers[1].name: Forbidden: containers may not be renamed or reordered on resize',
    ],
  ],
  [
    'other resources stay',
    { spec: sized('1') },
    {
      spec: sized('1', {
        resources: { requests: { cpu: '1', 'ephemeral-storage': '1' }, limits: { cpu: '4' } },
      }),
    },
    ['spec: Forbidden: only cpu and memory resources are mutable'],
  ],
  [
    'static pods stay',
    { annotations: { 'kubernetes.io/config.mirror': 'x' } },
    {},
    ['[]: Forbidden: static pods cannot be resized'],
  ],
  [
    'the node can do it',
    { spec: sized('1'), status: { containerStatuses: [statusOf({ running: {} })] } },
    { spec: sized('2') },
    ['spec: Forbidden: Pod running on node without support for resize'],
  ],
]);

function statusOf(state: object) {
  return { name: 'c', image: 'i', imageID: 'i', ready: true, restartCount: 0, state };
}
const ended = (exitCode: number) => ({ containerStatuses: [statusOf({ terminated: { exitCode } })] });
const runs = { containerStatuses: [statusOf({ running: {} })] };
const cameBack =
  'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state';
const once = (more: Partial<Container> = {}): Partial<PodSpec> => ({
  restartPolicy: 'Never',
  containers: [{ ...main, ...more }],
});
const onCode3 = [{ action: 'Restart', exitCodes: { operator: 'In', values: [3] } }];

run('pod status', (now, old) => validateStatusUpdate(Pod, now, old), [
  ['what has ended stays so', { spec: once(), status: ended(1) }, { spec: once(), status: runs }, [cameBack]],
  [
    'a container may have a policy of its own',
    { spec: once({ restartPolicy: 'OnFailure' }), status: ended(1) },
    { spec: once(), status: runs },
    [],
  ],
  [
    'a rule restarts one exit code',
    { spec: once({ restartPolicy: 'Never', restartPolicyRules: onCode3 }), status: ended(3) },
    { spec: once(), status: runs },
    [],
  ],
  [
    'a rule does not restart another',
    { spec: once({ restartPolicy: 'Never', restartPolicyRules: onCode3 }), status: ended(4) },
    { spec: once(), status: runs },
    [cameBack],
  ],
  [
    'conditions have names, and generations are not negative',
    {},
    {
      status: {
        observedGeneration: -1,
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: '/x', status: 'True', observedGeneration: -2 },
        ],
      },
    },
    [
      'status.conditions[1].observedGeneration: Invalid value: -2: must be a non-negative integer',
      'status.conditions[1].Type: Invalid value: "/x": prefix part must be non-empty',
      'status.observedGeneration: Invalid value: -1: must be a non-negative integer',
    ],
  ],
  [
    'a pod that has a node is not nominated',
    { spec: { nodeName: 'n' } },
    { spec: { nodeName: 'n' }, status: { nominatedNodeName: 'm' } },
    ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node'],
  ],
]);

run('ephemeral containers', validateEphemeralContainersUpdate, [
  [
    'static pods have none',
    { annotations: { 'kubernetes.io/config.mirror': 'x' } },
    {},
    ['[]: Forbidden: static pods do not support ephemeral containers'],
  ],
]);
