import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aNode } from '../../sim/objects/node.ts';
import { Limiter } from './limiter.ts';
import { DEFAULTS } from './settings.ts';
import { healthByZone, type ZoneHealth, Zones, zoneOf } from './zones.ts';

const health = (zones: Record<string, [up: number, down: number]>) =>
  new Map<string, ZoneHealth>(Object.entries(zones).map(([zone, [up, down]]) => [zone, { up, down }]));
const SECOND = 1000;

/** How many of `waiting` nodes of zone a may be evicted in `seconds`, looked at every second. */
function evictedIn(seconds: number, zones: Record<string, [number, number]>, waiting = 99): number {
  const all = new Zones(DEFAULTS);
  all.assess(health(zones), 0);
  for (let i = 0; i < waiting; i++) all.request('a', `n${i}`, 0);
  let count = 0;
  for (let now = 0; now < seconds * SECOND; now += SECOND) {
    all.assess(health(zones), now);
    count += all.grant(now).length;
  }
  return count;
}

test('nodes of a healthy zone are evicted one at once, then one every ten seconds', () => {
  assert.equal(evictedIn(61, { a: [97, 3] }), 7);
});

test('in a large zone of which much is down they are evicted ten times as slowly', () => {
  assert.equal(evictedIn(601, { a: [45, 55], b: [1, 0] }), 7);
});

test('in a small zone of which much is down nobody is evicted; two nodes are not much', () => {
  assert.equal(evictedIn(601, { a: [22, 28], b: [1, 0] }), 0);
  assert.equal(evictedIn(61, { a: [1, 2], b: [1, 0] }), 7);
});

test('a zone of which nothing is up is emptied while another is up, and not while none is', () => {
  assert.equal(evictedIn(61, { a: [0, 50], b: [1, 0] }), 7);
  assert.equal(evictedIn(601, { a: [0, 50], b: [0, 1] }), 0);
});

test('it is told when every zone goes down and when one comes back', () => {
  const zones = new Zones(DEFAULTS);
  const said = [
    zones.assess(health({}), 0),
    zones.assess(health({ a: [1, 1] }), 0),
    zones.assess(health({ a: [0, 2] }), 0),
    zones.allDown,
    zones.assess(health({ a: [0, 2], b: [0, 1] }), 0),
    zones.assess(health({ a: [0, 2], b: [1, 0] }), 0),
    zones.allDown,
  ];
  assert.deepEqual(said, [false, false, true, true, true, true, false]);
});

test('a node that is well again, or whose turn has come, waits no longer', () => {
  const zones = new Zones(DEFAULTS);
  zones.assess(health({ a: [9, 3] }), 0);
  for (const node of ['n1', 'n2', 'n3', 'n2']) zones.request('a', node, 0);
  zones.cancel('n2');
  assert.deepEqual(zones.grant(0), [{ zone: 'a', node: 'n1' }]);
  assert.equal(zones.waitMs(0), 10 * SECOND);
  assert.deepEqual(zones.grant(10 * SECOND), [{ zone: 'a', node: 'n3' }]);
  assert.equal(zones.waitMs(10 * SECOND), undefined);
});

test('a change of the rate keeps a whole token and loses a part of one', () => {
  const limiter = new Limiter(0.1, 0);
  limiter.setRate(0.01, 0);
  assert.equal(limiter.take(0), true);
  limiter.setRate(0.1, 90 * SECOND);
  assert.deepEqual([limiter.waitMs(90 * SECOND), limiter.take(99 * SECOND)], [10 * SECOND, false]);
  limiter.setRate(0, 100 * SECOND);
  limiter.setRate(0.1, 100 * SECOND);
  assert.deepEqual([limiter.take(109 * SECOND), limiter.take(110 * SECOND)], [false, true]);
});

test('zones are those of region and zone labels; nodes may be left out of them by a label', () => {
  const node = (name: string, labels: Record<string, string>) => aNode(name, {}, {}, { labels });
  const zone = { 'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r' };
  const out = { 'node.kubernetes.io/exclude-disruption': '' };
  assert.deepEqual([zoneOf(node('a', zone)), zoneOf(node('b', out))], ['r:\0:z', '']);
  const nodes = [node('a', zone), node('b', { ...zone, ...out }), node('c', zone), node('d', {})];
  assert.deepEqual(
    [...healthByZone(nodes, ({ metadata }) => metadata.name !== 'c')],
    [
      ['r:\0:z', { up: 1, down: 1 }],
      ['', { up: 1, down: 0 }],
    ],
  );
});
