// What allocations say besides the devices: configuration, nodes, conditions, tolerations.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OpaqueDeviceConfiguration } from '../../../../api/kinds/resource/v1/device.ts';
import {
  claim,
  DRIVER,
  device,
  deviceClass,
  devices,
  inZone,
  request,
  results,
  type Situation,
  slice,
} from './allocator.fake.ts';

const resultOf = (situation: Situation) => results(situation)![0]!;
const opaque = (which: string): OpaqueDeviceConfiguration => ({ driver: DRIVER, parameters: { which } });
const two = slice('s', devices('a', 'b'));
const onNode1 = {
  nodeSelectorTerms: [
    { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['node1'] }] },
  ],
};

describe('configuration', () => {
  const classes = [deviceClass('any', { config: [{ opaque: opaque('class') }] }), deviceClass('plain')];
  const configs = (situation: Omit<Situation, 'slices'>) =>
    (resultOf({ slices: [two], ...situation }).devices!.config ?? []).map(
      ({ source, requests = [], opaque: own }) =>
        `${source} ${requests.join('+')} ${(own!.parameters as { which: string }).which}`,
    );

  it('of a class is there once, for all of its requests; that of the claim follows', () => {
    const config = [{ opaque: opaque('all') }, { requests: ['y'], opaque: opaque('y') }];
    const claims = [claim([request('x'), request('y')], { config })];
    assert.deepEqual(configs({ classes, claims }), [
      'FromClass x+y class',
      'FromClaim  all',
      'FromClaim y y',
    ]);
  });

  it('for an alternative is there if that was chosen', () => {
    const alternatives = ['one', 'two'].map((name, i) => ({
      name,
      deviceClassName: i === 0 ? 'any' : 'plain',
    }));
    const config = [
      { requests: ['r/one'], opaque: opaque('one') },
      { requests: ['r/two'], opaque: opaque('two') },
      { requests: ['r'], opaque: opaque('either') },
    ];
    const claims = [claim([{ name: 'r', firstAvailable: alternatives }], { config })];
    assert.deepEqual(configs({ classes, claims }), [
      'FromClass r/one class',
      'FromClaim r/one one',
      'FromClaim r either',
    ]);
  });
});

describe('nodes', () => {
  const nodes = (slices: Situation['slices'], count = 1) =>
    resultOf({ slices, claims: [claim([request('r', { count })])], labels: { zone: 'east', rack: '1' } })
      .nodeSelector;

  it('are the one that has the device', () => assert.deepEqual(nodes([two]), onNode1));
  it('are all for devices of all', () =>
    assert.equal(nodes([slice('s', devices('a'), { allNodes: true })]), undefined));
  it('are the one that was chosen for a device that binds to its node', () =>
    assert.deepEqual(
      nodes([slice('s', [device('a', {}, { bindsToNode: true })], { allNodes: true })]),
      onNode1,
    ));
  it('are those that have all devices, each requirement once', () => {
    const apart = (name: string, key: string, zone: string) =>
      slice(name, devices(name), { pool: { name }, nodeSelector: inZone(zone, key) });
    assert.deepEqual(
      nodes([apart('s', 'zone', 'east'), apart('t', 'zone', 'east'), apart('u', 'rack', '1')], 3),
      {
        nodeSelectorTerms: [
          {
            matchExpressions: [
              { key: 'zone', operator: 'In', values: ['east'] },
              { key: 'rack', operator: 'In', values: ['1'] },
            ],
          },
        ],
      },
    );
  });
  it('are those of the device where devices have their own', () => {
    const own = slice('s', [device('a', {}, { nodeSelector: inZone('east') })], {
      perDeviceNodeSelection: true,
    });
    assert.deepEqual(nodes([own]), inZone('east'));
  });
});

it('conditions of devices and tolerations of requests are kept', () => {
  const conditions = { bindingConditions: ['ready'], bindingFailureConditions: ['broken'] };
  const tolerations = [{ key: 'k', operator: 'Exists' as const }];
  const situation = {
    slices: [slice('s', [device('a', {}, conditions)])],
    claims: [claim([request('r', { tolerations })])],
  };
  assert.deepEqual(resultOf(situation).devices!.results, [
    { request: 'r', driver: DRIVER, pool: 'node1', device: 'a', tolerations, ...conditions },
  ]);
});
