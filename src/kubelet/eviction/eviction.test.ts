import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../kit/log.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { nodePath, parentOf } from '../files/node-files.ts';
import { NodePressure } from '../node/pressure.ts';
import { type Pod, podName } from '../pod.ts';
import { EvictionManager } from './eviction-manager.ts';
import { rankForMemory } from './rank.ts';

const MIB = 2 ** 20;
const asking = (name: string, memory: string, priority = 0): Pod =>
  aBoundPod(
    name,
    { priority, containers: [aContainer('main', { resources: { requests: { memory } } })] },
    { uid: name },
  );

test('pods above their requests are evicted first, then those of low priority, then the greatest excess', () => {
  const usages = [
    { pod: asking('modest', '100Mi'), memoryBytes: 50 * MIB },
    { pod: asking('greedy', '10Mi'), memoryBytes: 90 * MIB },
    { pod: asking('greedier', '10Mi'), memoryBytes: 190 * MIB },
    { pod: asking('important', '10Mi', 1000), memoryBytes: 500 * MIB },
    { pod: asking('system', '10Mi', 2_000_000_000), memoryBytes: 900 * MIB },
  ];
  assert.deepEqual(
    rankForMemory(usages).map(({ pod }) => podName(pod)),
    ['greedier', 'greedy', 'important', 'modest'],
  );
});

function managerOf(pods: readonly Pod[], available: () => number, volumeBytes = () => 0) {
  const evicted: string[] = [];
  const files = new MemoryFiles();
  const pressure = new NodePressure();
  const manager = new EvictionManager({
    memoryThreshold: 100 * MIB,
    availableMemory: async () => available(),
    usages: async () => new Map([['greedy', 90 * MIB]]),
    pods: () => pods,
    evict: (pod, failure) => evicted.push(`${podName(pod)}: ${failure.message}`),
    writableLayers: async () => new Map([['writer', new Map([['main', 3 * MIB]])]]),
    volumeBytes: async (_pod, names) => new Map(names.map((name) => [name, volumeBytes()])),
    pressure,
    files,
    root: '/root',
    logs: '/logs',
    log: silentLogger,
  });
  return { manager, evicted, pressure, files };
}

test('short memory is pressure, and evicts one pod at a time', async () => {
  let available = 200 * MIB;
  const { manager, evicted, pressure } = managerOf(
    [asking('modest', '1Gi'), asking('greedy', '1Mi')],
    () => available,
  );
  await manager.checkMemory();
  assert.equal(pressure.memory, false);
  available = 50 * MIB;
  await manager.checkMemory();
  await manager.checkMemory();
  assert.equal(pressure.memory, true);
  assert.deepEqual(evicted, [
    `greedy: The node was low on resource: memory. Threshold quantity: ${100 * MIB}, available: ${50 * 1024}Ki. `,
  ]);
  available = 200 * MIB;
  for (let i = 0; i < 30; i++) await manager.checkMemory();
  assert.equal(pressure.memory, false);
});

test('a pod whose emptyDir exceeds its limit is evicted', async () => {
  const pod = aBoundPod(
    'full',
    { volumes: [{ name: 'v', emptyDir: { sizeLimit: '64Ki' } }] },
    { uid: 'full' },
  );
  let bytes = 60 << 10;
  const { manager, evicted } = managerOf(
    [pod],
    () => 200 * MIB,
    () => bytes,
  );
  await manager.checkStorage();
  assert.deepEqual(evicted, []);
  bytes = 70 << 10;
  await manager.checkStorage();
  assert.deepEqual(evicted, ['full: Usage of EmptyDir volume "v" exceeds the limit "64Ki". ']);
});

const limited = (limit: string, others: string[] = []): Pod => {
  const resources = (value: string) => ({ resources: { limits: { 'ephemeral-storage': value } } });
  const containers = [
    aContainer('main', resources(limit)),
    ...others.map((o, i) => aContainer(`c${i}`, resources(o))),
  ];
  return aBoundPod('writer', { containers }, { uid: 'writer' });
};

test('writable layers and logs count towards the limits of the containers and of the pod', async () => {
  for (const [pod, message] of [
    [limited('4Mi'), undefined],
    [limited('2Mi'), 'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. '],
    [
      limited('1Mi', ['1Mi']),
      'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ',
    ],
    [limited('2Mi', ['9Mi']), 'Container main exceeded its local ephemeral storage limit "2Mi". '],
  ] as const) {
    const { manager, evicted } = managerOf([pod], () => 200 * MIB);
    await manager.checkStorage();
    assert.deepEqual(evicted, message ? [`writer: ${message}`] : []);
  }
});

test('what containers write to the hosts file and as termination messages counts towards the pod’s limits', async () => {
  for (const names of [['etc-hosts'], ['containers', 'main', 'termination-0']]) {
    const { manager, evicted, files } = managerOf([limited('4Mi')], () => 200 * MIB);
    const path = nodePath('/root/pods/writer', ...names);
    await files.makeDirectory(parentOf(path));
    await files.write(path, Buffer.alloc(MIB / 2));
    await manager.checkStorage();
    assert.deepEqual(evicted, []);
    await files.write(path, Buffer.alloc(2 * MIB));
    await manager.checkStorage();
    assert.match(evicted[0] ?? '', /exceeds the total limit of containers 4Mi/);
  }
});

test('a pod whose volumes cannot be measured does not protect the others', async () => {
  const withLimit = (name: string) =>
    aBoundPod(name, { volumes: [{ name: 'v', emptyDir: { sizeLimit: '64Ki' } }] }, { uid: name });
  let measured = 0;
  const { manager, evicted } = managerOf(
    [withLimit('moving'), withLimit('full')],
    () => 200 * MIB,
    () => {
      if (measured++ === 0) throw new Error('moved');
      return MIB;
    },
  );
  await manager.checkStorage();
  assert.deepEqual(evicted, ['full: Usage of EmptyDir volume "v" exceeds the limit "64Ki". ']);
});
