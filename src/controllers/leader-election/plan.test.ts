import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { type Candidate, changedSpec, nextStep, oldest, strategyOf } from './plan.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const candidate = (name: string, spec: Partial<Candidate['spec']> = {}, created = 100): Candidate => ({
  apiVersion: 'coordination.k8s.io/v1beta1',
  kind: 'LeaseCandidate',
  metadata: { name, creationTimestamp: at(created) },
  spec: {
    ...{ leaseName: 'l', binaryVersion: '1.36.0', emulationVersion: '1.36.0' },
    ...{ strategy: 'OldestEmulationVersion', renewTime: at(1) },
    ...spec,
  },
});

const lease = (spec: Lease['spec']): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'l' },
  ...(spec && { spec: { leaseDurationSeconds: 15, renewTime: at(2), ...spec } }),
});

const stepOf = (candidates: Candidate[], current?: Lease) => {
  const step = nextStep(candidates, current, NOW);
  return step.step === 'ping' ? ['ping', ...step.candidates.map(({ metadata }) => metadata.name)] : step;
};

test('the oldest emulation version wins, then the oldest binary, then the first that was made', () => {
  const best = (...all: Candidate[]) => oldest(all)?.metadata.name;
  assert.equal(best(candidate('a'), candidate('b', { emulationVersion: '1.35.0' })), 'b');
  const binary = candidate('b', { binaryVersion: '1.35.0', emulationVersion: '1.35.0' });
  assert.equal(best(candidate('a', { emulationVersion: '1.35.0' }), binary), 'b');
  assert.equal(best(candidate('a'), candidate('b', {}, 200)), 'b');
  assert.equal(
    best(candidate('a', { emulationVersion: '1.9.0' }), candidate('b', { emulationVersion: '1.10.0' })),
    'a',
  );
  assert.equal(best(candidate('a', { emulationVersion: 'v1.35' }), candidate('b')), 'a');
  assert.equal(best(candidate('a', { emulationVersion: 'old' })), undefined);
});

test('the strategy is that of the newest binary', () => {
  const other = { strategy: 'example.com/mine' };
  assert.equal(
    strategyOf([candidate('a', other), candidate('b', { binaryVersion: '1.37.0' })]),
    'OldestEmulationVersion',
  );
  assert.throws(
    () => strategyOf([candidate('a'), candidate('b', other)]),
    /^Error: candidates "a", "b" at same binary version but received differing strategies OldestEmulationVersion, example\.com\/mine$/,
  );
});

test('an election is held when the lease is free, or its holder is not the best one', () => {
  const elected = { step: 'elect', strategy: 'OldestEmulationVersion', holder: 'a' };
  assert.deepEqual(stepOf([candidate('a')]), elected);
  assert.deepEqual(stepOf([candidate('a')], lease({ holderIdentity: '' })), elected);
  assert.deepEqual(stepOf([candidate('a')], lease({ holderIdentity: 'b', renewTime: at(16) })), elected);
  assert.deepEqual(stepOf([candidate('a')], lease({ holderIdentity: 'b' })), elected);
  assert.deepEqual(stepOf([candidate('a')], lease({ holderIdentity: 'a' })), { step: 'wait' });
  const other = { strategy: 'example.com/mine' };
  assert.deepEqual(stepOf([candidate('a', other)], lease({ holderIdentity: 'b' })), { step: 'wait' });
  assert.deepEqual(stepOf([candidate('a', other)]), { step: 'elect', ...other });
});

test('candidates that have not renewed lately are asked, and have five seconds to answer', () => {
  const silent = { renewTime: at(60) };
  assert.deepEqual(stepOf([candidate('a'), candidate('b', silent)]), ['ping', 'b']);
  assert.deepEqual(stepOf([candidate('a'), candidate('b', { ...silent, pingTime: at(4) })]), ['ping']);
  const holder = { step: 'elect', strategy: 'OldestEmulationVersion', holder: 'a' };
  const mute = candidate('b', { ...silent, pingTime: at(6), emulationVersion: '1.35.0' });
  assert.deepEqual(stepOf([candidate('a'), mute]), holder);
  assert.throws(() => stepOf([mute]), /no available candidates/);
  assert.deepEqual(stepOf([candidate('a', { pingTime: at(70), renewTime: at(60) })]), ['ping', 'a']);
});

test('an election is held every fifteen minutes, so that candidates that live do not expire', () => {
  const current = lease({ holderIdentity: 'a' });
  assert.deepEqual(stepOf([candidate('a', { renewTime: at(15 * 60 - 1) })], current), { step: 'wait' });
  assert.deepEqual(stepOf([candidate('a', { renewTime: at(15 * 60 + 1) })], current), ['ping', 'a']);
});

test('a holder that lives is told who is preferred, one that does not is replaced', () => {
  const elect = { step: 'elect', strategy: 'OldestEmulationVersion', holder: 'a' } as const;
  const strategy = { strategy: elect.strategy };
  const own = { ...strategy, holderIdentity: 'b', acquireTime: at(50) };
  const told = changedSpec(lease(own), elect, NOW);
  assert.deepEqual([told?.holderIdentity, told?.preferredHolder], ['b', 'a']);
  assert.equal(changedSpec(lease({ ...own, preferredHolder: 'a' }), elect, NOW), undefined);
  const replaced = changedSpec(lease({ ...own, preferredHolder: 'a', renewTime: at(20) }), elect, NOW);
  assert.deepEqual(replaced, {
    ...{ ...strategy, holderIdentity: 'a', leaseDurationSeconds: 5 },
    renewTime: '2026-01-01T01:00:00.000000Z',
  });
  assert.equal(changedSpec(lease({ ...strategy, holderIdentity: 'a' }), elect, NOW), undefined);
  assert.equal(changedSpec(lease({ holderIdentity: 'a' }), elect, NOW)?.strategy, elect.strategy);
  const { holder: _, ...open } = { ...elect, strategy: 'example.com/mine' };
  assert.deepEqual(changedSpec(lease(own), open, NOW)?.holderIdentity, 'b');
});
