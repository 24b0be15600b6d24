// Devices that have something in common or share something: constraints, counters, capacities, administrators.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AllocationResult } from '../../../../api/kinds/resource/v1/resource-claim.ts';
import type { DeviceCapacity } from '../../../../api/kinds/resource/v1/resource-slice.ts';
import {
  cel,
  chosen,
  claim,
  DRIVER,
  device,
  devices,
  request,
  results,
  type Situation,
  slice,
  taken,
} from './allocator.fake.ts';

type Row = readonly [what: string, situation: Situation, chosen: string];
const table = (rows: readonly Row[]) => {
  for (const [what, situation, expected] of rows) it(what, () => assert.equal(chosen(situation), expected));
};

describe('constraints', () => {
  const numa = slice('s', [
    device('a', { numa: 0, kind: 'x' }),
    device('b', { numa: 1, kind: 'x' }),
    device('c', { numa: 1, kind: 'y' }),
    device('d', { 'other.example.com/numa': 1, kind: 'z' }),
  ]);
  const match = (attribute: string, requests: string[] = []) => ({
    constraints: [{ matchAttribute: attribute, ...(requests.length > 0 && { requests }) }],
  });
  const distinct = (requests?: string[]) => ({
    constraints: [{ distinctAttribute: `${DRIVER}/kind`, ...(requests && { requests }) }],
  });
  const pair = [request('x'), request('y')];
  table([
    [
      'want one value for all devices',
      { slices: [numa], claims: [claim(pair, match(`${DRIVER}/numa`))] },
      'x=b y=c',
    ],
    [
      'hold for the devices of one request',
      { slices: [numa], claims: [claim([request('r', { count: 2 })], match(`${DRIVER}/numa`))] },
      'r=b r=c',
    ],
    [
      'may concern some requests only',
      { slices: [numa], claims: [claim([request('z'), ...pair], match(`${DRIVER}/numa`, ['x', 'y']))] },
      'z=a x=b y=c',
    ],
    [
      'need the attribute',
      { slices: [numa], claims: [claim([request('r')], match('other.example.com/numa'))] },
      'r=d',
    ],
    [
      'fail if nothing satisfies them',
      { slices: [numa], claims: [claim([request('r', { count: 3 })], match(`${DRIVER}/numa`))] },
      'none',
    ],
    [
      'compare types, too',
      {
        slices: [slice('s', [device('a', { id: '1' }), device('b', { id: 1 })])],
        claims: [claim(pair, match(`${DRIVER}/id`))],
      },
      'none',
    ],
    ['may want different values', { slices: [numa], claims: [claim(pair, distinct())] }, 'x=a y=c'],
    [
      'of different values hold within a request',
      { slices: [numa], claims: [claim([request('r', { count: 3 })], distinct())] },
      'r=a r=c r=d',
    ],
    [
      'of different values fail if there are too few',
      { slices: [numa], claims: [claim([request('r', { count: 4 })], distinct())] },
      'none',
    ],
    [
      'may name an alternative',
      {
        slices: [numa],
        claims: [
          claim(
            [request('x'), { name: 'y', firstAvailable: [{ name: 'one', deviceClassName: 'any' }] }],
            match(`${DRIVER}/numa`, ['x', 'y/one']),
          ),
        ],
      },
      'x=b y/one=c',
    ],
    [
      'do not concern other alternatives',
      {
        slices: [numa],
        claims: [
          claim(
            [request('x'), { name: 'y', firstAvailable: [{ name: 'one', deviceClassName: 'any' }] }],
            match(`${DRIVER}/numa`, ['x', 'y/two']),
          ),
        ],
      },
      'x=a y/one=b',
    ],
    [
      'of an unknown kind are errors',
      { slices: [numa], claims: [claim([request('r')], { constraints: [{}] })] },
      'error: claim default/claim, constraint #0: empty constraint (unsupported constraint type?)',
    ],
  ]);
});

describe('administrators', () => {
  const admin = request('r', { adminAccess: true });
  table([
    [
      'get devices that others have',
      { slices: [slice('s', devices('a'))], claims: [claim([admin])], allocated: [taken('a')] },
      'r=a',
    ],
    [
      'get no device twice for one claim',
      { slices: [slice('s', devices('a', 'b'))], claims: [claim([admin, { ...admin, name: 'q' }])] },
      'r=a q=b',
    ],
    [
      'get one device for two claims',
      { slices: [slice('s', devices('a'))], claims: [claim([admin]), claim([admin], {}, 'c2')] },
      'r=a, r=a',
    ],
  ]);

  it('take nothing from others', () => {
    const [access] = results({ slices: [slice('s', devices('a'))], claims: [claim([admin])] })!;
    assert.equal(access!.devices!.results![0]!.adminAccess, true);
    assert.equal(
      chosen({ slices: [slice('s', devices('a'))], claims: [claim([request('r')])], allocated: [access!] }),
      'r=a',
    );
  });
});

describe('counters', () => {
  const amounts = (value: string) => ({ memory: { value } });
  const consuming = (name: string, value: string, counterSet = 'set', only = false) =>
    device(name, { only }, { consumesCounters: [{ counterSet, counters: amounts(value) }] });
  const pool = { resourceSliceCount: 2 };
  const counters = slice('counters', [], {
    pool,
    sharedCounters: [{ name: 'set', counters: amounts('10Gi') }],
  });
  const parts = slice(
    'parts',
    [consuming('a', '4Gi'), consuming('b', '4Gi'), consuming('c', '4Gi'), consuming('d', '2Gi')],
    { pool },
  );
  const slices = [counters, parts];
  const count = (n: number) => [claim([request('r', { count: n })])];
  table([
    ['limit what can be taken together', { slices, claims: count(3) }, 'r=a r=b r=d'],
    ['fail if they do not suffice', { slices, claims: count(4) }, 'none'],
    ['count what other claims have', { slices, claims: count(2), allocated: [taken('c')] }, 'r=a r=d'],
    [
      'are given back when a choice leads nowhere',
      {
        slices: [
          counters,
          slice('parts', [consuming('a', '8Gi'), consuming('b', '4Gi'), consuming('c', '4Gi', 'set', true)], {
            pool,
          }),
        ],
        claims: [
          claim([request('x'), request('y', { selectors: cel(`device.attributes["${DRIVER}"].only`) })]),
        ],
      },
      'x=b y=c',
    ],
    [
      'are shared between claims of a pod',
      { slices, claims: [claim([request('x', { count: 2 })]), claim([request('y')], {}, 'c2')] },
      'x=a x=b, y=d',
    ],
    [
      'count what slices of other nodes have',
      {
        slices: [
          { ...counters, spec: { ...counters.spec, pool: { ...counters.spec.pool, resourceSliceCount: 3 } } },
          slice('parts', [consuming('a', '6Gi')], { pool: { resourceSliceCount: 3 } }),
          slice('other', [consuming('b', '6Gi')], { pool: { resourceSliceCount: 3 }, nodeName: 'node2' }),
        ],
        claims: count(1),
        allocated: [taken('b')],
      },
      'none',
    ],
    [
      'that do not exist make the pool invalid',
      { slices: [counters, slice('parts', [consuming('a', '1', 'unknown')], { pool })], claims: count(1) },
      'error: invalid resource pools were encountered',
    ],
    ['need their gate', { slices, claims: count(1), gates: 'DRAPartitionableDevices=false' }, 'none'],
  ]);
});

describe('devices that share both', () => {
  it('consume counters for their first share only', () => {
    const pool = { resourceSliceCount: 2 };
    const counters = { memory: { value: '4Gi' } };
    const slices = [
      slice('counters', [], { pool, sharedCounters: [{ name: 'set', counters }] }),
      slice(
        's',
        [
          device(
            'a',
            {},
            { allowMultipleAllocations: true, consumesCounters: [{ counterSet: 'set', counters }] },
          ),
        ],
        { pool },
      ),
    ];
    assert.equal(chosen({ slices, claims: [claim([request('x'), request('y')])] }), 'x=a y=a');
  });
});

describe('capacities of shared devices', () => {
  const shared = (memory: DeviceCapacity, extra = {}) =>
    slice('s', [device('a', {}, { allowMultipleAllocations: true, capacity: { memory }, ...extra })]);
  const wants = (name: string, memory?: string) =>
    request(name, { ...(memory && { capacity: { requests: { memory } } }) });
  const consumed = (situation: Situation) =>
    results(situation)?.flatMap(({ devices: all }) =>
      all!.results!.map(({ device: name, shareID, consumedCapacity }) => [
        name,
        shareID,
        consumedCapacity?.memory,
      ]),
    );
  const plain = shared({ value: '10Gi' });
  const byStep = shared({
    value: '10Gi',
    requestPolicy: { default: '1Gi', validRange: { min: '1Gi', max: '8Gi', step: '2Gi' } },
  });
  const byValue = shared({
    value: '10Gi',
    requestPolicy: { default: '1Gi', validValues: ['1Gi', '4Gi', '8Gi'] },
  });

  it('are consumed share by share', () => {
    assert.deepEqual(consumed({ slices: [plain], claims: [claim([wants('x', '4Gi'), wants('y', '6Gi')])] }), [
      ['a', 'share-1', '4Gi'],
      ['a', 'share-2', '6Gi'],
    ]);
    assert.equal(
      consumed({ slices: [plain], claims: [claim([wants('x', '4Gi'), wants('y', '7Gi')])] }),
      undefined,
    );
  });

  it('that other claims consume are not left', () => {
    const other: AllocationResult = {
      devices: {
        results: [
          {
            ...{ request: 'r', driver: DRIVER, pool: 'node1', device: 'a' },
            ...{ shareID: 's', consumedCapacity: { memory: '5Gi' } },
          },
        ],
      },
    };
    const allocated = [other];
    assert.equal(consumed({ slices: [plain], claims: [claim([wants('r', '6Gi')])], allocated }), undefined);
    assert.deepEqual(consumed({ slices: [plain], claims: [claim([wants('r', '5Gi')])], allocated }), [
      ['a', 'share-1', '5Gi'],
    ]);
  });

  const rounding: readonly (readonly [
    Situation['slices'][number],
    string | undefined,
    string | undefined,
  ])[] = [
    [plain, undefined, '10Gi'],
    [byStep, undefined, '1Gi'],
    [byStep, '500Mi', '1Gi'],
    [byStep, '2Gi', '3Gi'],
    [byStep, '7Gi', '7Gi'],
    [byStep, '8Gi', undefined],
    [byValue, undefined, '1Gi'],
    [byValue, '2Gi', '4Gi'],
    [byValue, '9Gi', undefined],
  ];
  for (const [i, [of, wanted, expected]] of rounding.entries())
    it(`are rounded by the device's policy (${i}: ${wanted} is ${expected})`, () => {
      const found = consumed({ slices: [of], claims: [claim([wants('r', wanted)])] });
      assert.equal(found?.[0]?.[2], expected);
    });

  table([
    [
      'that the device does not have are not given',
      { slices: [slice('s', devices('a'))], claims: [claim([wants('r', '1')])] },
      'none',
    ],
    [
      'of devices for one claim only are limits',
      {
        slices: [
          slice('s', [
            device('a', {}, { capacity: { memory: { value: '1Gi' } } }),
            device('b', {}, { capacity: { memory: { value: '4Gi' } } }),
          ]),
        ],
        claims: [claim([wants('r', '2Gi')])],
      },
      'r=b',
    ],
    [
      'are not shared without the gate',
      { slices: [plain], claims: [claim([wants('x'), wants('y')])], gates: 'DRAConsumableCapacity=false' },
      'none',
    ],
  ]);

  it('are given back when a choice leads nowhere', () => {
    const never = request('z', { selectors: cel('false') });
    const alternatives = {
      name: 'y',
      firstAvailable: [
        { name: 'many', deviceClassName: 'any', count: 9, capacity: { requests: { memory: '1Gi' } } },
        { name: 'few', deviceClassName: 'any', capacity: { requests: { memory: '6Gi' } } },
      ],
    };
    assert.equal(
      chosen({ slices: [plain], claims: [claim([wants('x', '4Gi'), alternatives])] }),
      'x=a y/few=a',
    );
    assert.equal(chosen({ slices: [plain], claims: [claim([wants('x', '4Gi'), never])] }), 'none');
  });
});
