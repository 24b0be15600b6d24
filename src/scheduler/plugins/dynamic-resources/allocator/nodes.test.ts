// Which devices claims get: on which nodes, with which taints, and when a search ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cel,
  chosen,
  claim,
  DRIVER,
  device,
  devices,
  inZone,
  request,
  type Situation,
  slice,
} from './allocator.fake.ts';

type Row = readonly [what: string, situation: Situation, chosen: string];
const table = (rows: readonly Row[]) => {
  for (const [what, situation, expected] of rows) it(what, () => assert.equal(chosen(situation), expected));
};

const two = slice('s', devices('a', 'b'));
const one = claim([request('r')]);
const tainted = (effect: string) =>
  slice('s', [
    device('bad', {}, { taints: [{ key: 'k', value: 'v', effect: effect as 'NoSchedule' }] }),
    ...devices('good'),
  ]);

describe('nodes', () => {
  const selected = slice('s', devices('a'), { nodeSelector: inZone('east') });
  const perDevice = slice(
    's',
    [
      device('a', {}, { nodeName: 'node2' }),
      device('b', {}, { nodeSelector: inZone('east') }),
      device('c', {}, { allNodes: true }),
    ],
    { perDeviceNodeSelection: true },
  );
  table([
    ['of another name have no devices', { slices: [two], claims: [one], node: 'node2' }, 'none'],
    ['that a selector does not match have none', { slices: [selected], claims: [one] }, 'none'],
    [
      'that a selector matches have them',
      { slices: [selected], claims: [one], labels: { zone: 'east' } },
      'r=a',
    ],
    [
      'all have those of a slice for all',
      { slices: [slice('s', devices('a'), { allNodes: true })], claims: [one], node: 'other' },
      'r=a',
    ],
    ['are selected per device: for all', { slices: [perDevice], claims: [one] }, 'r=c'],
    [
      'are selected per device: by label',
      { slices: [perDevice], claims: [one], labels: { zone: 'east' } },
      'r=b',
    ],
    ['are selected per device: by name', { slices: [perDevice], claims: [one], node: 'node2' }, 'r=a'],
    [
      'are not selected per device without the gate',
      { slices: [perDevice], claims: [one], gates: 'DRAPartitionableDevices=false' },
      'none',
    ],
  ]);
});

describe('taints', () => {
  const tolerating = (toleration: object) => claim([request('r', { tolerations: [toleration] })]);
  table([
    ['keep devices from being allocated', { slices: [tainted('NoSchedule')], claims: [one] }, 'r=good'],
    ['that evict do, too', { slices: [tainted('NoExecute')], claims: [one] }, 'r=good'],
    ['without an effect do not', { slices: [tainted('None')], claims: [one] }, 'r=bad'],
    [
      'can be tolerated',
      { slices: [tainted('NoSchedule')], claims: [tolerating({ key: 'k', value: 'v' })] },
      'r=bad',
    ],
    [
      'of another value are not tolerated',
      { slices: [tainted('NoSchedule')], claims: [tolerating({ key: 'k', value: 'w' })] },
      'r=good',
    ],
    [
      'can be tolerated whatever their value',
      { slices: [tainted('NoExecute')], claims: [tolerating({ operator: 'Exists' })] },
      'r=bad',
    ],
    [
      'need their gate',
      { slices: [tainted('NoSchedule')], claims: [one], gates: 'DRADeviceTaints=false' },
      'r=bad',
    ],
  ]);
});

describe('a search', () => {
  it('that takes too many steps ends', () => {
    const many = devices(...Array.from({ length: 128 }, (_, i) => `d${i}`));
    const pairs = many.map((one, i) => device(one.name, { id: i }));
    const constraints = [{ matchAttribute: `${DRIVER}/id` }];
    const requests = Array.from({ length: 8 }, (_, i) => request(`r${i}`, { count: 1 }));
    const situation = {
      slices: [slice('s', many)],
      claims: [
        claim(
          Array.from({ length: 5 }, (_, i) => request(`r${i}`, i === 4 ? { selectors: cel('false') } : {})),
        ),
      ],
    };
    assert.equal(chosen(situation), 'error: timed out trying to allocate devices');

    assert.equal(
      chosen({ slices: [slice('s', pairs)], claims: [claim(requests.slice(0, 2), { constraints })] }),
      'none',
    );
  });
});
