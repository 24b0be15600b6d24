import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFalse, isTrue, withFinding } from './conditions.ts';
import { decideFirst, zeroFinding } from './decide.ts';
import { selectorText } from './measures/selector-text.ts';

const OFF = { gate: false, scaled: false, canReturn: false };
const ON = { gate: true, scaled: true, canReturn: true };
const bounds = { min: 2, max: 5 };

const ROWS: [string, number, typeof bounds, typeof OFF, string][] = [
  ['within the bounds', 3, bounds, OFF, 'measure'],
  ['above the maximum', 7, bounds, OFF, 'scale 5: Current number of replicas above Spec.MaxReplicas'],
  ['below the minimum', 1, bounds, OFF, 'scale 2: Current number of replicas below Spec.MinReplicas'],
  ['scaled to zero by somebody', 0, bounds, OFF, 'nothing: ScalingDisabled'],
  ['scaled to zero by itself', 0, { min: 0, max: 5 }, ON, 'measure'],
  ['scaled to zero by itself, with a minimum since', 0, bounds, { ...ON, canReturn: false }, 'measure'],
  [
    'at zero without a way back',
    0,
    { min: 0, max: 5 },
    { ...ON, canReturn: false },
    'nothing: ScalingDisabled',
  ],
  [
    'scaled to zero by somebody, with the gate',
    0,
    bounds,
    { ...ON, scaled: false },
    'nothing: ScalingDisabled',
  ],
];
for (const [name, current, given, zero, expected] of ROWS)
  test(`before metrics: ${name}`, () => {
    const first = decideFirst(current, given, zero);
    const told = {
      measure: 'measure',
      scale: `scale ${'replicas' in first && first.replicas}: ${'reason' in first && first.reason}`,
      nothing: `nothing: ${'finding' in first && first.finding.reason}`,
    };
    assert.equal(told[first.do], expected);
  });

test('the condition ScaledToZero follows each change, if the gate is on', () => {
  const none = { min: 0, max: 5 };
  assert.equal(zeroFinding(2, 0, none, ON)?.reason, 'ScaledToZero');
  assert.equal(zeroFinding(0, 2, none, ON)?.reason, 'NotScaledToZero');
  assert.equal(zeroFinding(2, 0, none, { ...ON, canReturn: false })?.reason, 'NotScaledToZero');
  assert.equal(zeroFinding(2, 0, none, OFF), undefined);
});

test('a condition keeps its transition time while its status stays', () => {
  const first = withFinding([], isTrue('AbleToScale', 'A', 'a'), 't1');
  const again = withFinding(first, isTrue('AbleToScale', 'B', 'b'), 't2');
  assert.deepEqual(again, [
    { type: 'AbleToScale', status: 'True', reason: 'B', message: 'b', lastTransitionTime: 't1' },
  ]);
  const turned = withFinding(again, isFalse('AbleToScale', 'C', 'c'), 't3');
  assert.equal(turned[0]?.lastTransitionTime, 't3');
});

test('selectors in messages are as Go prints them', () => {
  assert.equal(selectorText(undefined), 'nil');
  assert.equal(
    selectorText({
      matchLabels: { b: '2', a: '1' },
      matchExpressions: [{ key: 'k', operator: 'In', values: ['x', 'y'] }],
    }),
    '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}',
  );
});
