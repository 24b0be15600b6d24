import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import { conversions } from '../conversions/conversions.ts';
import { strategies } from './strategies.ts';

/** Kinds that are never stored. */
const VIRTUAL = [
  'Binding',
  'ComponentStatus',
  'SelfSubjectReview',
  'TokenReview',
  'LocalSubjectAccessReview',
  'SelfSubjectAccessReview',
  'SelfSubjectRulesReview',
  'SubjectAccessReview',
];

/** The table needs these only when a Service is written. */
const noServices = {} as Parameters<typeof strategies>[0];

test('every built-in kind has a strategy, is stored as a kind that has one, or is never stored', () => {
  const table = strategies(
    noServices,
    () => [],
    () => undefined,
  );
  const undecided = builtInKinds.filter((kind) => {
    const stored = conversions.find((conversion) => conversion.kind === kind)?.storedAs ?? kind;
    return !table.has(stored);
  });
  assert.deepEqual(
    undecided.map((kind) => kind.resource.kind),
    VIRTUAL,
  );
});
