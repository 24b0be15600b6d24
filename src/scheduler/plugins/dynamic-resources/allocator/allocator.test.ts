// Which devices claims get: requests, alternatives, selectors, pools, nodes, taints. More in nodes.test.ts, sharing.test.ts and result.test.ts.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cel,
  chosen,
  claim,
  DRIVER,
  device,
  deviceClass,
  devices,
  request,
  type Situation,
  slice,
  taken,
} from './allocator.fake.ts';

type Row = readonly [what: string, situation: Situation, chosen: string];
const table = (rows: readonly Row[]) => {
  for (const [what, situation, expected] of rows) it(what, () => assert.equal(chosen(situation), expected));
};

const two = slice('s', devices('a', 'b'));
const one = claim([request('r')]);
const sized = slice('s', [
  device('small', { size: 1 }),
  device('large', { size: 4 }),
  device('huge', { size: 9 }),
]);
const size = (test: string) => cel(`device.attributes["${DRIVER}"].size ${test}`);
const subRequest = (name: string, extra: object = {}) => ({ name, deviceClassName: 'any', ...extra });

describe('requests', () => {
  table([
    ['take the first free device', { slices: [two], claims: [one] }, 'r=a'],
    ['take none that another claim has', { slices: [two], claims: [one], allocated: [taken('a')] }, 'r=b'],
    ['fail when all are taken', { slices: [two], claims: [one], allocated: [taken('a', 'b')] }, 'none'],
    ['fail without slices', { slices: [], claims: [one] }, 'none'],
    ['take several devices', { slices: [two], claims: [claim([request('r', { count: 2 })])] }, 'r=a r=b'],
    [
      'fail for more than there are',
      { slices: [two], claims: [claim([request('r', { count: 3 })])] },
      'none',
    ],
    [
      'of one claim and of several share what there is',
      {
        slices: [slice('s', devices('a', 'b', 'c'))],
        claims: [claim([request('x'), request('y')]), claim([request('z')], {}, 'c2')],
      },
      'x=a y=b, z=c',
    ],
    [
      'give way to later ones that are more particular',
      { slices: [sized], claims: [claim([request('any'), request('least', { selectors: size('< 2') })])] },
      'any=large least=small',
    ],
    [
      'of later claims make earlier ones give way',
      {
        slices: [sized],
        claims: [
          claim([request('any', { count: 2 })]),
          claim([request('r', { selectors: size('== 4') })], {}, 'c2'),
        ],
      },
      'any=small any=huge, r=large',
    ],
    [
      'with too many devices are errors',
      { slices: [two], claims: [claim([request('r', { count: 33 })])] },
      'error: claim default/claim: number of requested devices 33 exceeds the claim limit of 32',
    ],
    [
      'of a class that is gone are errors',
      { slices: [two], claims: [claim([request('r', { deviceClassName: 'gone' })])] },
      'error: claim default/claim, request r: could not retrieve device class gone: deviceclass.resource.k8s.io "gone" not found',
    ],
  ]);
});

describe('requests for all devices', () => {
  const all = (extra = {}) => claim([request('r', { allocationMode: 'All', ...extra })]);
  table([
    ['take all that match', { slices: [sized], claims: [all({ selectors: size('> 2') })] }, 'r=large r=huge'],
    ['fail when one is taken', { slices: [two], claims: [all()], allocated: [taken('b')] }, 'none'],
    ['fail when there is none', { slices: [sized], claims: [all({ selectors: size('> 99') })] }, 'none'],
    [
      'wait for pools that are being replaced',
      { slices: [slice('s', devices('a'), { pool: { resourceSliceCount: 2 } })], claims: [all()] },
      `error: claim default/claim, request r: asks for all devices, but resource pool ${DRIVER}/node1 is currently being updated`,
    ],
    [
      'do not take devices from pools that are invalid',
      { slices: [slice('s', devices('a', 'a'))], claims: [all()] },
      `error: claim default/claim, request r: asks for all devices, but resource pool ${DRIVER}/node1 is currently invalid`,
    ],
    [
      'leave out pools whose newer generation is elsewhere',
      {
        slices: [
          slice('old', devices('a'), { pool: { resourceSliceCount: 2 } }),
          slice('new', devices('b'), { pool: { generation: 2 }, nodeName: 'node2' }),
          slice('other', devices('c'), { pool: { name: 'z' } }),
        ],
        claims: [all()],
      },
      'r=z/c',
    ],
    [
      'are taken back for an alternative that leaves more',
      {
        slices: [two],
        claims: [
          claim([
            { name: 'r', firstAvailable: [subRequest('all', { allocationMode: 'All' }), subRequest('one')] },
            request('x'),
          ]),
        ],
      },
      'r/one=a x=b',
    ],
    [
      'and constraints that one of them breaks are an error',
      {
        slices: [slice('s', [device('a', { numa: 0 }), device('b', { numa: 1 })])],
        claims: [
          claim([request('r', { allocationMode: 'All' })], {
            constraints: [{ matchAttribute: `${DRIVER}/numa` }],
          }),
        ],
      },
      `error: claim default/claim, request r: cannot add device ${DRIVER}/node1/b because a claim constraint would not be satisfied`,
    ],
  ]);
});

describe('alternatives', () => {
  const either = claim([
    {
      name: 'r',
      firstAvailable: [subRequest('big', { selectors: size('> 8') }), subRequest('two', { count: 2 })],
    },
  ]);
  table([
    ['are tried in their order', { slices: [sized], claims: [either] }, 'r/big=huge'],
    [
      'replace one another',
      { slices: [sized], claims: [either], allocated: [taken('huge')] },
      'r/two=small r/two=large',
    ],
    ['may all fail', { slices: [sized], claims: [either], allocated: [taken('huge', 'small')] }, 'none'],
    [
      'are tried again when a later request cannot be met',
      {
        slices: [sized],
        claims: [claim([...either.spec.devices!.requests!, request('x', { selectors: size('> 8') })])],
      },
      'r/two=small r/two=large x=huge',
    ],
    [
      'that need fewer devices are taken when a claim has too many',
      {
        slices: [
          slice('s', devices(...Array.from({ length: 40 }, (_, i) => `d${String(i).padStart(2, '0')}`))),
        ],
        claims: [
          claim([
            request('many', { count: 31 }),
            { name: 'r', firstAvailable: [subRequest('two', { count: 2 }), subRequest('one')] },
          ]),
        ],
      },
      `${Array.from({ length: 31 }, (_, i) => `many=d${String(i).padStart(2, '0')}`).join(' ')} r/one=d31`,
    ],
    [
      'need their gate',
      { slices: [sized], claims: [either], gates: 'DRAPrioritizedList=false' },
      'error: claim default/claim, request r: has subrequests, but the DRAPrioritizedList feature is disabled',
    ],
  ]);
});

describe('selectors', () => {
  const withClass = (expression: string, extra = {}): Situation => ({
    slices: [sized],
    classes: [deviceClass('any', { selectors: cel(expression) })],
    claims: [claim([request('r', extra)])],
  });
  const only = (expression: string): Situation => ({
    slices: [sized],
    claims: [claim([request('r', { selectors: cel(expression) })])],
  });
  table([
    ['of the class count', withClass(`device.attributes["${DRIVER}"].size > 5`), 'r=huge'],
    [
      'of class and request count both',
      withClass(`device.driver == "${DRIVER}"`, { selectors: size('== 4') }),
      'r=large',
    ],
    [
      'see domains that a device has nothing of as empty',
      only('!("x" in device.attributes["other.example.com"])'),
      'r=small',
    ],
    [
      'that do not compile are errors of the claim',
      only('nothing'),
      "error: claim default/claim: selector #0: CEL compile error: compilation failed: ERROR: <input>:1:1: undeclared reference to 'nothing' (in container '')\n | nothing\n | ^",
    ],
    [
      'that fail are errors of the claim',
      only('device.attributes["x.example.com"].y'),
      'error: claim default/claim: selector #0: CEL runtime error: no such key: y',
    ],
    [
      'that fail are errors of the class',
      withClass('device.attributes["x.example.com"].y'),
      'error: class any: selector #0: CEL runtime error: no such key: y',
    ],
  ]);

  it('see attributes and capacities of every type', () => {
    const typed: Situation['slices'] = [
      slice('s', [
        {
          name: 'a',
          attributes: {
            v: { version: '1.2.3' },
            s: { string: 'x' },
            b: { bool: true },
            'o.example.com/i': { int: 7 },
          },
          capacity: { mem: { value: '4Gi' } },
        },
      ]),
    ];
    const all = [
      `device.attributes["${DRIVER}"].v.isGreaterThan(semver("1.2.0"))`,
      `device.attributes["${DRIVER}"].s == "x" && device.attributes["${DRIVER}"].b`,
      'device.attributes["o.example.com"].i == 7',
      `device.capacity["${DRIVER}"].mem.compareTo(quantity("4Gi")) == 0`,
      '!device.allowMultipleAllocations',
    ];
    assert.equal(
      chosen({ slices: typed, claims: [claim([request('r', { selectors: cel(...all) })])] }),
      'r=a',
    );
  });
});

describe('pools', () => {
  const newer = { generation: 2, resourceSliceCount: 1 };
  table([
    [
      'of an older generation count for nothing',
      { slices: [slice('old', devices('a')), slice('new', devices('b'), { pool: newer })], claims: [one] },
      'r=b',
    ],
    [
      'whose newer generation is elsewhere are obsolete',
      {
        slices: [
          slice('old', devices('a'), { pool: { resourceSliceCount: 2 } }),
          slice('new', devices('b'), { pool: newer, nodeName: 'node2' }),
        ],
        claims: [one],
      },
      'none',
    ],
    [
      'that lack slices are left alone, others are not',
      {
        slices: [
          slice('s', devices('a'), { pool: { resourceSliceCount: 2 } }),
          slice('t', devices('b'), { pool: { name: 'z' } }),
        ],
        claims: [one],
      },
      'r=z/b',
    ],
    [
      'are complete with slices of other nodes',
      {
        slices: [
          slice('s', devices('a'), { pool: { resourceSliceCount: 2 } }),
          slice('t', devices('b'), { pool: { resourceSliceCount: 2 }, nodeName: 'node2' }),
        ],
        claims: [one],
      },
      'r=a',
    ],
    [
      'with two devices of one name are invalid, which is said if no other serves',
      { slices: [slice('s', devices('a', 'a'))], claims: [one] },
      'error: invalid resource pools were encountered',
    ],
    [
      'that are invalid do not matter if another serves',
      {
        slices: [slice('s', devices('a', 'a')), slice('t', devices('b'), { pool: { name: 'z' } })],
        claims: [one],
      },
      'r=z/b',
    ],
    [
      'are tried by name, slices too, devices as published',
      {
        slices: [
          slice('s2', devices('z', 'c'), { pool: { resourceSliceCount: 2 } }),
          slice('s1', devices('y'), { pool: { resourceSliceCount: 2 } }),
          slice('x', devices('a'), { pool: { name: 'a-first' } }),
        ],
        claims: [claim([request('r', { count: 4 })])],
      },
      'r=a-first/a r=y r=z r=c',
    ],
    [
      'with binding conditions come last',
      {
        slices: [
          slice('s', [device('a', {}, { bindingConditions: ['ready'] })]),
          slice('t', devices('b'), { pool: { name: 'z' } }),
        ],
        claims: [one],
      },
      'r=z/b',
    ],
    [
      'with binding conditions need their gate',
      {
        slices: [slice('s', [device('a', {}, { bindingConditions: ['ready'] })])],
        claims: [one],
        gates: 'DRADeviceBindingConditions=false',
      },
      'none',
    ],
  ]);
});
