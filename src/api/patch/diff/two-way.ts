// The strategic merge patch that makes `after` from `before`. Called by kubectl's verbs that change an object they have read.
import type { StructType } from '../../schema/notation.ts';
import type { JsonObject } from '../json.ts';
import { isRules, type PatchRules, structRules } from './rules.ts';
import { diffObjects } from './strategic-diff.ts';

export const twoWayPatch = (
  schema: StructType | PatchRules,
  before: JsonObject,
  after: JsonObject,
): JsonObject =>
  diffObjects(before, after, isRules(schema) ? schema : structRules(schema), {
    changes: true,
    deletions: true,
    order: true,
  });
