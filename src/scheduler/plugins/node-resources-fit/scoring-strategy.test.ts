import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podInfo } from '../../cache/pod-info.ts';
import { cacheOf, filterAnswers } from '../../testing/cache.fake.ts';
import { aNode, requesting } from '../../testing/objects.fake.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { DEFAULT_STRATEGY, nodeScore, type ScoringStrategy, type ShapePoint } from './scoring-strategy.ts';

const GPU = 'example.com/gpu';
const of = (...names: string[]) => names.map((name) => ({ name, weight: 1 }));
const most = (...names: string[]): ScoringStrategy => ({ type: 'MostAllocated', resources: of(...names) });
const curve = (shape: readonly ShapePoint[], ...names: string[]): ScoringStrategy => ({
  ...{ type: 'RequestedToCapacityRatio', shape },
  resources: of(...names),
});
const falling = [
  { utilization: 0, score: 10 },
  { utilization: 100, score: 0 },
];
const hill = [
  { utilization: 10, score: 2 },
  { utilization: 50, score: 10 },
  { utilization: 90, score: 0 },
];

interface Case {
  readonly title: string;
  readonly strategy: ScoringStrategy;
  readonly asks: Record<string, string>;
  /** The node has 4 CPUs, 8 Gi and 2 GPUs; one CPU and 4 Gi of them are taken. */
  readonly score: number;
}

const cases: readonly Case[] = [
  {
    title: 'least: the mean of what would be free',
    strategy: DEFAULT_STRATEGY,
    asks: { cpu: '1', memory: '2Gi' },
    score: 37,
  },
  {
    title: 'least: weighted',
    strategy: {
      type: 'LeastAllocated',
      resources: [
        { name: 'cpu', weight: 3 },
        { name: 'memory', weight: 1 },
      ],
    },
    asks: { cpu: '1', memory: '2Gi' },
    score: 43,
  },
  {
    title: 'least: more than there is scores nothing',
    strategy: DEFAULT_STRATEGY,
    asks: { cpu: '9', memory: '2Gi' },
    score: 12,
  },
  {
    title: 'most: the mean of what would be taken',
    strategy: most('cpu', 'memory'),
    asks: { cpu: '1', memory: '2Gi' },
    score: 62,
  },
  { title: 'most: more than there is counts as all', strategy: most('cpu'), asks: { cpu: '9' }, score: 100 },
  {
    title: 'an extended resource that the pod asks for',
    strategy: most('cpu', GPU),
    asks: { cpu: '1', [GPU]: '1' },
    score: 50,
  },
  {
    title: 'one that it does not ask for is left out',
    strategy: most('cpu', GPU),
    asks: { cpu: '2' },
    score: 75,
  },
  {
    title: 'one that the node does not have is left out',
    strategy: most('cpu', 'example.com/x'),
    asks: { cpu: '1', 'example.com/x': '1' },
    score: 50,
  },
  { title: 'no resource at all', strategy: most('example.com/x'), asks: { cpu: '1' }, score: 0 },
  { title: 'curve: on a falling line', strategy: curve(falling, 'cpu'), asks: { cpu: '2' }, score: 25 },
  {
    title: 'curve: level before its first point',
    strategy: curve(hill, GPU),
    asks: { [GPU]: '0' },
    score: 0,
  },
  { title: 'curve: between two points', strategy: curve(hill, 'cpu'), asks: { cpu: '500m' }, score: 74 },
  { title: 'curve: at a point', strategy: curve(hill, 'cpu'), asks: { cpu: '1' }, score: 100 },
  { title: 'curve: after its last point', strategy: curve(hill, 'cpu'), asks: { cpu: '3' }, score: 0 },
  {
    title: 'curve: more than there is counts as all',
    strategy: curve(
      [
        { utilization: 0, score: 0 },
        { utilization: 100, score: 7 },
      ],
      'cpu',
    ),
    asks: { cpu: '9' },
    score: 70,
  },
  {
    title: 'curve: a resource that scores nothing does not count',
    strategy: curve(hill, 'cpu', 'memory'),
    asks: { cpu: '1', memory: '4Gi' },
    score: 100,
  },
];

describe('scoring strategies', () => {
  const node = aNode('a', {}, {}, { cpu: '4', memory: '8Gi', [GPU]: '2' });
  for (const { title, strategy, asks, score } of cases)
    it(title, () => {
      const [info] = cacheOf([node], { a: [requesting({ cpu: '1', memory: '4Gi' })] }).list();
      assert.equal(nodeScore(strategy)(podInfo(requesting(asks)), info!), score);
    });
});

it('NodeResourcesFit leaves extended resources to others that it is told to ignore', () => {
  const fit = nodeResourcesFit({
    ignoredResources: new Set(['a.com/x', 'cpu']),
    ignoredResourceGroups: new Set(['b.com']),
    strategy: DEFAULT_STRATEGY,
  });
  const pod = requesting({ 'a.com/x': '1', 'a.com/y': '1', 'b.com/x': '1', cpu: '9' });
  assert.deepEqual(filterAnswers(fit, cacheOf([aNode('a')]), pod), {
    a: 'UnschedulableAndUnresolvable: Insufficient a.com/y, Insufficient cpu',
  });
});
