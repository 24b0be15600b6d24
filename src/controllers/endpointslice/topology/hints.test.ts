import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint, EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { aNode } from '../../../sim/objects/node.ts';
import { type Contents, contentsOf, type SlicePlan } from '../plan.ts';
import { withHints } from './hints.ts';
import { isOverloaded, type Shares, sharesOf, ZONE } from './shares.ts';

const endpoint = (zone: string | undefined, i: number, hint?: string, ready = true): Endpoint => ({
  addresses: [`10.0.0.${i}`],
  conditions: { ready },
  ...(zone && { zone }),
  ...(hint && { hints: { forZones: [{ name: hint }] } }),
});
/** As many endpoints as the text has letters, each in the zone of its letter. */
const inZones = (zones: string, hints = ''): Endpoint[] =>
  [...zones].map((zone, i) => endpoint(zone, i, hints[i]));
const slice = (endpoints: Endpoint[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 's' },
  addressType: 'IPv4',
  endpoints,
  ports: [],
});
const creating = (endpoints: Endpoint[]): SlicePlan => ({
  create: [contentsOf(slice(endpoints))],
  update: [],
  remove: [],
});
const NOTHING: SlicePlan = { create: [], update: [], remove: [] };
const hintsOf = ({ endpoints }: Contents) =>
  endpoints.map(({ hints }) => hints?.forZones?.map(({ name }) => name).join() ?? '-').join('');
const even: Shares = new Map([
  ['a', 0.5],
  ['b', 0.5],
]);

test('each endpoint gets the traffic of its own zone where that gives zones their shares', () => {
  const { plan, given } = withHints(creating(inZones('aabb')), [], even);
  assert.equal(hintsOf(plan.create[0]!), 'aabb');
  assert.deepEqual([...given!], [['a', 2], ['b', 2]]); // biome-ignore format: pairs
});

test('endpoints of a zone with too many get the traffic of a zone with too few', () => {
  const { plan, given } = withHints(creating(inZones('aaab')), [], even);
  assert.equal(hintsOf(plan.create[0]!), 'baab');
  assert.deepEqual([given?.get('a'), given?.get('b')], [2, 2]);
  const shares: Shares = new Map([
    ['a', 0.25],
    ['b', 0.75],
  ]);
  assert.equal(hintsOf(withHints(creating(inZones('aabb')), [], shares).plan.create[0]!), 'babb');
});

test('endpoints that are not ready get no traffic', () => {
  const endpoints = [...inZones('aabb'), endpoint('a', 9, 'a', false)];
  assert.equal(hintsOf(withHints(creating(endpoints), [], even).plan.create[0]!), 'aabb-');
});

test('a slice keeps its hints as long as they fit', () => {
  const fits = slice(inZones('aabb', 'aabb'));
  assert.deepEqual(withHints(NOTHING, [fits], even).plan, NOTHING);
  const tilted = slice(inZones('aabb', 'aaaa'));
  const { plan } = withHints(NOTHING, [tilted], even);
  assert.equal(plan.update[0]?.slice, tilted);
  assert.equal(hintsOf(plan.update[0].contents), 'aabb');
});

test('without a way to give zones their shares there are no hints', () => {
  const problemOf = (endpoints: Endpoint[], shares: Shares | undefined) =>
    withHints(creating(endpoints), [], shares).problem;
  assert.match(problemOf(inZones('ab'), undefined) ?? '', /^Insufficient Node information: /);
  assert.equal(problemOf(inZones('a'), even), 'Insufficient number of endpoints (1 endpoints, 2 zones)');
  assert.equal(
    problemOf([endpoint(undefined, 1), endpoint('a', 2)], even),
    'One or more endpoints do not have a zone specified',
  );
  const three: Shares = new Map([
    ['a', 0.6],
    ['b', 0.2],
    ['c', 0.2],
  ]);
  assert.match(
    problemOf(inZones('aab'), three) ?? '',
    /^Unable to allocate minimum .* \(3 endpoints, 3 zones\)$/,
  );
  const hinted = slice(inZones('a', 'a'));
  const { plan } = withHints(creating(inZones('b', 'b')), [hinted], undefined);
  assert.deepEqual([hintsOf(plan.create[0]!), hintsOf(plan.update[0]!.contents)], ['-', '-']);
});

test('shares are those of the CPUs of ready nodes', () => {
  const node = (name: string, zone: string | undefined, cpu: string, more: Record<string, string> = {}) => {
    const labels = { ...(zone && { [ZONE]: zone }), ...more };
    const made = aNode(name, { cpu }, {}, { labels });
    return { ...made, status: { ...made.status!, conditions: [{ type: 'Ready', status: 'True' }] } };
  };
  const nodes = [node('1', 'b', '1'), node('2', 'a', '2500m'), node('3', 'a', '500m')];
  assert.deepEqual([...sharesOf(nodes)!], [['a', 0.75], ['b', 0.25]]); // biome-ignore format: pairs
  const control = node('4', undefined, '64', { 'node-role.kubernetes.io/control-plane': '' });
  assert.equal(sharesOf([...nodes, control])?.size, 2);
  assert.equal(sharesOf([...nodes, node('5', undefined, '1')]), undefined);
  assert.equal(sharesOf(nodes.slice(1)), undefined);
});

test('a zone has too few endpoints when each would get a fifth more than its share', () => {
  const given = (a: number, b: number) =>
    new Map([
      ['a', a],
      ['b', b],
    ]);
  assert.deepEqual(
    [isOverloaded(given(5, 5), even), isOverloaded(given(6, 4), even), isOverloaded(new Map(), even)],
    [false, true, false],
  );
  assert.equal(isOverloaded(given(5, 5), undefined), true);
});
