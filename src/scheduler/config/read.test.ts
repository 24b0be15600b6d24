import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { readSchedulerConfiguration } from './read.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const head = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';
const read = (text: string) => readSchedulerConfiguration(head + text);
const withArgs = (name: string, args: object) =>
  read(`profiles: ${JSON.stringify([{ pluginConfig: [{ name, args }] }])}`);
const at = 'profiles[0].pluginConfig[0].args';

it('an empty configuration is the default one', () => assert.deepEqual(read(''), DEFAULT_SETTINGS));

it('reads back-off, profiles and what the profiles have in common', () => {
  const { initialBackoffMs, maxBackoffMs, profiles } = read(`
podInitialBackoffSeconds: 2
podMaxBackoffSeconds: 4
percentageOfNodesToScore: 30
parallelism: 8
leaderElection: { leaderElect: false }
clientConnection: { qps: 50.5 }
profiles:
  - { schedulerName: a }
  - { schedulerName: b, percentageOfNodesToScore: 70 }
`);
  assert.deepEqual([initialBackoffMs, maxBackoffMs], [2_000, 4_000]);
  assert.deepEqual(
    profiles.map((profile) => [profile.schedulerName, profile.percentageOfNodesToScore]),
    [
      ['a', 30],
      ['b', 70],
    ],
  );
});

it('reads extenders, those that are ignorable last; what they look after is not looked at here', () => {
  const { extenders = [], profiles } = read(`
extenders:
  - { urlPrefix: http://x/, ignorable: true, filterVerb: f }
  - { urlPrefix: https://y, httpTimeout: 100ms, managedResources: [{ name: a.b/c, ignoredByScheduler: true }] }
`);
  assert.deepEqual(
    extenders.map(({ url, timeoutMs, isIgnorable }) => [url, timeoutMs, isIgnorable]),
    [
      ['https://y', 100, false],
      ['http://x/', 5_000, true],
    ],
  );
  assert.deepEqual(profiles[0]?.arguments.fit.ignoredResources, new Set(['a.b/c']));
});

it('reads the arguments of plugins, and leaves those of others alone', () => {
  const [profile] = read(`
profiles:
  - pluginConfig:
      - name: NodeResourcesFit
        args:
          apiVersion: kubescheduler.config.k8s.io/v1
          kind: NodeResourcesFitArgs
          ignoredResourceGroups: [example.com]
          scoringStrategy:
            type: RequestedToCapacityRatio
            resources: [{ name: cpu, weight: 3 }, { name: memory }]
            requestedToCapacityRatio: { shape: [{ utilization: 0, score: 0 }, { utilization: 100, score: 10 }] }
      - { name: DefaultPreemption, args: { minCandidateNodesPercentage: 5 } }
      - { name: InterPodAffinity, args: { hardPodAffinityWeight: 7 } }
      - name: PodTopologySpread
        args:
          defaultingType: List
          defaultConstraints: [{ maxSkew: 1, topologyKey: rack, whenUnsatisfiable: DoNotSchedule }]
      - { name: Foreign, args: { anything: true } }
`).profiles;
  const { fit, preemption, interPodAffinity, defaultConstraints } = profile!.arguments;
  assert.deepEqual(fit.strategy, {
    type: 'RequestedToCapacityRatio',
    resources: [
      { name: 'cpu', weight: 3 },
      { name: 'memory', weight: 1 },
    ],
    shape: [
      { utilization: 0, score: 0 },
      { utilization: 100, score: 10 },
    ],
  });
  assert.deepEqual([...fit.ignoredResourceGroups], ['example.com']);
  assert.deepEqual(preemption, { minCandidateNodesPercentage: 5, minCandidateNodesAbsolute: 100 });
  assert.equal(interPodAffinity.hardPodAffinityWeight, 7);
  assert.equal(defaultConstraints[0]?.topologyKey, 'rack');
});

describe('refuses', () => {
  const rows: readonly (readonly [what: string, read: () => unknown, message: RegExp])[] = [
    [
      'another kind',
      () => readSchedulerConfiguration('apiVersion: v1\nkind: Pod\n'),
      /^no kind "Pod" is registered for version "v1"$/,
    ],
    ['an unknown field', () => read('profils: []'), /^strict decoding error: unknown field "profils"$/],
    [
      'an unknown field of arguments',
      () => withArgs('NodeResourcesFit', { a: 1 }),
      /^decoding args for plugin NodeResourcesFit: strict decoding error: unknown field "a"$/,
    ],
    [
      'no parallelism',
      () => read('parallelism: 0'),
      /^parallelism: Invalid value: 0: should be an integer value greater than zero$/,
    ],
    [
      'a percentage',
      () => read('percentageOfNodesToScore: 101'),
      /^percentageOfNodesToScore: Invalid value: 101: not in valid range \[0-100\]$/,
    ],
    [
      'a short back-off',
      () => read('podInitialBackoffSeconds: 20'),
      /^podMaxBackoffSeconds: Invalid value: 10: must be greater than or equal to PodInitialBackoffSeconds$/,
    ],
    [
      'profiles of one name',
      () => read('profiles: [{schedulerName: a}, {schedulerName: a}]'),
      /^profiles\[1\]\.schedulerName: Duplicate value: "a"$/,
    ],
    [
      'a profile without a name beside another',
      () => read('profiles: [{schedulerName: a}, {}]'),
      /^profiles\[1\]\.schedulerName: Required value$/,
    ],
    [
      'different orders of the queue',
      () =>
        read(
          'profiles: [{schedulerName: a}, {schedulerName: b, plugins: {queueSort: {disabled: [{name: PrioritySort}]}}}]',
        ),
      /^profiles\[1\]\.plugins\.queueSort: Invalid value: .*: must be the same for all profiles$/,
    ],
    [
      'scores of an extender without a weight',
      () => read('extenders: [{ urlPrefix: http://x, prioritizeVerb: p }]'),
      /^extenders\[0\]\.weight: Invalid value: 0: must have a positive weight applied to it$/,
    ],
    [
      'two extenders that bind',
      () => read('extenders: [{ urlPrefix: http://x, bindVerb: b }, { urlPrefix: http://y, bindVerb: b }]'),
      /^extenders: Invalid value: "found 2 extenders implementing bind": only one extender can implement bind$/,
    ],
    [
      'a resource that is no extended one',
      () => read('extenders: [{ urlPrefix: http://x, managedResources: [{ name: cpu }] }]'),
      /^extenders\[0\]\.managedResources\[0\]\.name: Invalid value: "cpu": is an invalid extended resource name$/,
    ],
    [
      'a resource of two extenders',
      () =>
        read(
          'extenders: [{ urlPrefix: http://x, managedResources: [{ name: a.b/c }] }, { urlPrefix: http://y, managedResources: [{ name: a.b/c }] }]',
        ),
      /^extenders\[1\]\.managedResources\[0\]\.name: Invalid value: "a.b\/c": duplicate extender managed resource name$/,
    ],
    [
      'an extender elsewhere than on the web',
      () => read('extenders: [{ urlPrefix: ftp://x }]'),
      /^extenders\[0\]\.urlPrefix: Invalid value: "ftp:\/\/x": must be an http or https URL$/,
    ],
    [
      'a time that is none',
      () => read('extenders: [{ urlPrefix: http://x, httpTimeout: soon }]'),
      /^extenders\[0\]\.httpTimeout: Invalid value: "soon": must be a duration of at most 10m$/,
    ],
    [
      'arguments given twice',
      () => read('profiles: [{pluginConfig: [{name: X}, {name: X}]}]'),
      /^profiles\[0\]\.pluginConfig\[1\]: Duplicate value: "X"$/,
    ],
    [
      'no candidates',
      () => withArgs('DefaultPreemption', { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 }),
      /cannot be zero at the same time as minCandidateNodesAbsolute/,
    ],
    [
      'an unknown strategy',
      () => withArgs('NodeResourcesFit', { scoringStrategy: { type: 'X' } }),
      new RegExp(
        `^${RegExp.escape(at)}\\.scoringStrategy\\.type: Unsupported value: "X": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"$`,
      ),
    ],
    [
      'a weight',
      () => withArgs('NodeResourcesFit', { scoringStrategy: { resources: [{ name: 'cpu', weight: 101 }] } }),
      /resource weight of cpu not in valid range \(0, 100\]$/,
    ],
    [
      'a curve of another strategy',
      () => withArgs('NodeResourcesFit', { scoringStrategy: { requestedToCapacityRatio: {} } }),
      /Forbidden: must be nil when type is not RequestedToCapacityRatio$/,
    ],
    [
      'no curve',
      () => withArgs('NodeResourcesFit', { scoringStrategy: { type: 'RequestedToCapacityRatio' } }),
      /Required value: must be specified when type is RequestedToCapacityRatio$/,
    ],
    [
      'a curve that turns back',
      () =>
        withArgs('NodeResourcesFit', {
          scoringStrategy: {
            type: 'RequestedToCapacityRatio',
            requestedToCapacityRatio: { shape: [{ utilization: 5 }, { utilization: 5 }] },
          },
        }),
      /shape\[1\]\.utilization: Invalid value: 5: values must be sorted in increasing order$/,
    ],
    [
      'constraints with system defaulting',
      () =>
        withArgs('PodTopologySpread', {
          defaultConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' }],
        }),
      /defaultingType: Invalid value: "System": when \.defaultConstraints are not empty$/,
    ],
    [
      'a selector in a default constraint',
      () =>
        withArgs('PodTopologySpread', {
          defaultingType: 'List',
          defaultConstraints: [
            { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
          ],
        }),
      /labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod$/,
    ],
    [
      'a negative time for claims to be bound',
      () => withArgs('VolumeBinding', { bindTimeoutSeconds: -1 }),
      /bindTimeoutSeconds: Invalid value: -1: invalid BindTimeoutSeconds, should not be a negative value$/,
    ],
    [
      'a shape for storage, whose feature gate is off',
      () => withArgs('VolumeBinding', { shape: [{ utilization: 0, score: 0 }] }),
      /unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring$/,
    ],
  ];
  for (const [what, reads, message] of rows) it(what, () => assert.throws(reads, { message }));
});

it('timeouts for devices are read and checked', () => {
  const timed = (args: object, gates = '') =>
    readSchedulerConfiguration(
      `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: ${JSON.stringify([{ pluginConfig: [{ name: 'DynamicResources', args }] }])}`,
      new FeatureGates(gates),
    ).profiles[0]!.arguments.bindingTimeoutMs;
  assert.deepEqual([timed({}), timed({ bindingTimeout: '1m30s', filterTimeout: '5s' })], [600_000, 90_000]);
  assert.throws(() => timed({ bindingTimeout: '999ms' }), /bindingTimeout: .*must be at least 1 second/);
  assert.throws(() => timed({ filterTimeout: '-1s' }), /filterTimeout: .*must be zero or positive/);
  assert.throws(() => timed({ bindingTimeout: 'x' }), /time: invalid duration "x"/);
  assert.throws(
    () => timed({ bindingTimeout: '1m' }, 'DRADeviceBindingConditions=false'),
    /bindingTimeout: Forbidden/,
  );
});

it('a shape for storage is read with its feature gate, and checked', () => {
  const gates = new FeatureGates('StorageCapacityScoring=true');
  const shaped = (shape: object[]) => {
    const pluginConfig = [{ name: 'VolumeBinding', args: { shape } }];
    return readSchedulerConfiguration(
      `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nprofiles: ${JSON.stringify([{ pluginConfig }])}`,
      gates,
    );
  };
  const shape = [
    { utilization: 0, score: 0 },
    { utilization: 100, score: 10 },
  ];
  const [profile] = shaped(shape).profiles;
  assert.deepEqual(profile?.arguments.volumeBinding, { bindTimeoutMs: 600_000, shape });
  assert.throws(() => shaped([{ utilization: 101 }]), /shape\[0\]\.utilization: Invalid value: 101/);
});
