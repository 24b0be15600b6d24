import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point, Reading } from './reading.ts';
import { nodeUsage, podUsage, quantities } from './usage.ts';

const point = (at: number, cpu: number, startedAt?: number): Point => ({
  at,
  cpu,
  memory: 3 << 20,
  startedAt,
});
const reading = (node: Point | undefined, containers: Record<string, Point> = {}): Reading => ({
  node,
  pods: new Map([['a/p', new Map(Object.entries(containers))]]),
});
const pair = (previous: Reading, last: Reading) => ({ previous, last });

test('CPU is what was used between two readings, divided by the time between them', () => {
  const usage = nodeUsage(pair(reading(point(10_000, 5)), reading(point(25_000, 8))));
  assert.deepEqual(usage, { at: 25_000, windowMs: 15_000, cpu: 200_000_000, memory: 3 << 20 });
  assert.deepEqual(quantities(usage!), { cpu: '200m', memory: '3Mi' });
});

const NONE: [string, Point, Point][] = [
  ['at the same time', point(10_000, 5), point(10_000, 6)],
  ['with a counter that went back', point(10_000, 5), point(20_000, 4)],
];
for (const [name, previous, last] of NONE)
  test(`no use between readings ${name}`, () => {
    assert.equal(nodeUsage(pair(reading(previous), reading(last))), undefined);
  });

const before = reading(undefined, { main: point(100_000, 50, 1000) });
const ROWS: [string, Record<string, Point>, number | undefined][] = [
  ['a container that runs on', { main: point(110_000, 55, 1000) }, 500_000_000],
  ['a restarted container, from its start', { main: point(125_000, 5, 105_000) }, 250_000_000],
  ['a container that has just started', { main: point(110_000, 1, 101_000) }, undefined],
  ['a container without a start time', { main: point(110_000, 55) }, 500_000_000],
];
for (const [name, containers, cpu] of ROWS)
  test(`the use of ${name}`, () => {
    assert.equal(podUsage(pair(before, reading(undefined, containers)), 'a/p')?.get('main')?.cpu, cpu);
  });

test('a pod is not measured before all its containers are', () => {
  const last = { main: point(110_000, 55, 1000), side: point(110_000, 1, 109_000) };
  assert.equal(podUsage(pair(before, reading(undefined, last)), 'a/p'), undefined);
  assert.equal(podUsage(pair(before, reading(undefined)), 'a/p'), undefined);
  assert.equal(podUsage(pair(before, reading(undefined)), 'a/q'), undefined);
});
