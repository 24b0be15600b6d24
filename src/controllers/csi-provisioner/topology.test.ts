import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DriverNode } from '../csi/driver-nodes.ts';
import {
  NodeUnsuitable,
  nodesNear,
  SourceElsewhere,
  type TopologyRequest,
  topologyRequirement,
} from './topology.ts';

const node = (
  name: string,
  labels: Record<string, string>,
  topologyKeys = Object.keys(labels),
): DriverNode => ({
  ...{ name, nodeId: name, isReady: true, topologyKeys },
  label: (key) => labels[key],
});
const zones = [
  node('a', { zone: '1' }),
  node('b', { zone: '2' }),
  node('c', { zone: '3' }),
  node('d', { zone: '3' }),
];
const ask = (own: Partial<TopologyRequest>) => {
  const asked = topologyRequirement({ claim: 'c', allowed: [], selected: undefined, nodes: zones, ...own });
  const text = (all: readonly { segments: Record<string, string> }[] = []) =>
    all.map(({ segments }) => Object.values(segments).join());
  return [text(asked?.requisite), text(asked?.preferred)];
};
const first = (claim: string) => ask({ claim })[1]![0];

describe('from where a new volume must be reached', () => {
  it('is everywhere, from the selected node first', () => {
    assert.deepEqual(ask({ selected: 'b' }), [
      ['1', '2', '3'],
      ['2', '3', '1'],
    ]);
  });

  it('is the selected node alone when every node has a topology of its own', () => {
    assert.deepEqual(ask({ nodes: zones.slice(0, 3), selected: 'b' }), [['2'], ['2']]);
  });

  it('is where the class allows it', () => {
    const allowed = [
      {
        matchLabelExpressions: [
          { key: 'zone', values: ['2', '3'] },
          { key: 'rack', values: ['x', 'y'] },
        ],
      },
    ];
    assert.deepEqual(ask({ allowed })[0], ['x,2', 'x,3', 'y,2', 'y,3']);
    const other = [{ matchLabelExpressions: [{ key: 'zone', values: ['1'] }] }];
    assert.throws(() => ask({ allowed: other, selected: 'c' }), /is not in requisite/);
    assert.throws(
      () => ask({ allowed: other, nodes: zones.slice(0, 3), selected: 'c' }),
      /is not in allowed topologies/,
    );
  });

  it('begins elsewhere for each claim of a set, but at the same place for the claims of one pod', () => {
    const around = [0, 1, 2].map((ordinal) => first(`data-web-${ordinal}`));
    // FNV-1 of "web" is a multiple of 3.
    assert.deepEqual(around, ['1', '2', '3']);
    assert.equal(first('logs-web-1'), around[1]);
  });

  it('is nowhere without a driver on the node, or without its labels', () => {
    assert.throws(() => ask({ selected: 'z' }), NodeUnsuitable);
    assert.throws(
      () => ask({ nodes: [node('a', {}, [])], selected: 'a' }),
      /no topology key found for node a/,
    );
    assert.throws(
      () => ask({ nodes: [node('a', {}, ['zone'])], selected: 'a' }),
      /does not match topology keys/,
    );
    assert.throws(() => ask({ nodes: [] }), { message: 'no available topology found' });
  });
});

describe('where the contents of a new volume are', () => {
  const disks = zones.slice(0, 3);
  const onB = ({ name }: DriverNode) => name === 'b';
  const near = (...given: Parameters<typeof nodesNear>) => nodesNear(...given).map(({ name }) => name);

  it('decides on which disk it is made', () => {
    assert.deepEqual(near(disks, onB, undefined), ['b']);
    assert.deepEqual(near(disks, onB, 'b'), ['b']);
    assert.throws(() => near(disks, onB, 'a'), new SourceElsewhere('b', 'a'));
  });

  it('does not matter to a driver of zones, nor when it is unknown or gone', () => {
    assert.deepEqual(near(zones, onB, 'a'), ['a', 'b', 'c', 'd']);
    assert.deepEqual(near(disks, undefined, 'a'), ['a', 'b', 'c']);
    assert.deepEqual(
      near(disks, () => false, 'a'),
      ['a', 'b', 'c'],
    );
  });
});
