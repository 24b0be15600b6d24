import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from '../codec/decode.ts';
import { applyDefaults } from '../defaults/apply-defaults.ts';
import type { ObjectMeta } from '../meta/v1/object-meta.ts';
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import type { Type } from '../schema/notation.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { otherKinds } from '../scheme/other-kinds.ts';
import { otherForms } from '../scheme/other-versions.ts';
import { loadExpressions } from './admission/expressions.ts';
import { loadSelectors } from './kinds/devices/selectors.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from './validate.ts';

const KINDS = [...builtInKinds, ...otherKinds, ...otherForms.keys()];

/** A cheap repeatable sequence of numbers in [0, 1). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A value of the type in which about `share` of the optional parts are there. */
function some(type: Type, next: () => number, share: number, depth: number): unknown {
  switch (type.is) {
    case 'struct': {
      const object: Record<string, unknown> = {};
      if (depth > 9) return object;
      for (const [name, field] of Object.entries(type.fields))
        if (next() < share) object[name] = some(field.type, next, share, depth + 1);
      return object;
    }
    case 'list':
      return next() < 0.2 ? [] : [some(type.of, next, share, depth + 1)];
    case 'map':
      return next() < 0.2
        ? {}
        : { [next() < 0.3 ? 'constructor' : 'k']: some(type.of, next, share, depth + 1) };
    case 'string':
      return next() < 0.3 ? '' : next() < 0.2 ? 'constructor' : 'x y';
    case 'bytes':
      return 'eA==';
    case 'time':
      return '2026-01-01T00:00:00Z';
    case 'micro-time':
      return '2026-01-01T00:00:00.000000Z';
    case 'quantity':
      return next() < 0.5 ? '-1' : '1500m';
    case 'boolean':
      return next() < 0.5;
    case 'int-or-string':
      return next() < 0.5 ? 0 : '%';
    case 'int32':
    case 'int64':
    case 'double':
      return Math.floor(next() * 3) - 1;
    default:
      return {};
  }
}

function made(kind: AnyResource, seed: number): KubeObject {
  const next = sequence(seed);
  const raw = some(kind, next, [0, 0.2, 0.5, 0.9][seed % 4]!, 0) as Record<string, unknown>;
  const { object, problem } = inspect(kind, { ...raw, apiVersion: 'v1', kind: kind.resource.kind });
  assert.equal(problem, undefined, kind.resource.kind);
  applyDefaults(kind, object);
  const metadata = object.metadata as ObjectMeta | undefined;
  return { ...object, apiVersion: 'v1', kind: kind.resource.kind, metadata: metadata ?? {} };
}

test('validation never throws, whatever is missing or malformed', async () => {
  await loadExpressions();
  await loadSelectors();
  for (const kind of KINDS)
    for (let seed = 0; seed < 24; seed++) {
      const object = made(kind, seed);
      const old = made(kind, seed + 1);
      try {
        validateCreate(kind, object);
        validateUpdate(kind, object, old);
        validateStatusUpdate(kind, object, old);
      } catch (error) {
        assert.fail(`${kind.resource.kind}, seed ${seed}: ${(error as Error).stack}`);
      }
    }
});
