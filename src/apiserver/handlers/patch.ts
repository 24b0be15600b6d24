// PATCH: JSON patch, merge patch, strategic merge patch, and apply. Each is made from the newest object, again when
// another write was faster. What comes out is held against the definitions like any other body.
import { inspect, strictError, strictProblems } from '../../api/codec/decode.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../api/patch/strategic.ts';
import type { StructType } from '../../api/schema/notation.ts';
import {
  badRequest,
  failure,
  invalid,
  notFound,
  unsupportedMediaType,
} from '../../api/status/status-error.ts';
import { targetOf } from '../registry/served.ts';
import type { AnyObject } from '../registry/strategy.ts';
import { type Transform, update } from '../registry/update.ts';
import type { Answer } from '../request.ts';
import { itemAnswer } from './answers/answers.ts';
import { applyPatch } from './apply.ts';
import { fieldValidation, mediaTypeOf } from './body.ts';
import { type ResourceCall, writeContext } from './context.ts';
import { checkWriteOptions } from './write-options.ts';

type Json = Record<string, unknown>;
/** How one type of patch makes a new object out of `document`. */
type Apply = (kind: StructType, document: Json, patch: unknown) => unknown;

const TYPES: Readonly<Record<string, Apply>> = {
  'application/json-patch+json': (_kind, document, patch) => applyJsonPatch(document, patch),
  'application/merge-patch+json': (_kind, document, patch) => applyMergePatch(document, patch),
  'application/strategic-merge-patch+json': applyStrategicPatch,
};
const APPLY = 'application/apply-patch+yaml';

export async function patch(call: ResourceCall): Promise<Answer> {
  const { request, served, info } = call;
  checkWriteOptions(request);
  const type = mediaTypeOf(request);
  const bytes = await request.body();
  if (type === APPLY) return applyPatch(call, bytes);
  const apply = applierOf(call, type);
  const parsed = parse(bytes);
  const transform: Transform = (current) => {
    if (!current) throw notFound(targetOf(served), info.name);
    return patched(call, served.kind, current() as Json, parsed, bytes, apply) as AnyObject;
  };
  const { item } = await update(call.shared, served, info.name, transform, writeContext(call));
  return itemAnswer(call, 200, item);
}

export function applierOf({ served, request }: ResourceCall, type: string): Apply {
  const apply = TYPES[type];
  const custom = served.custom === true;
  if (apply && !(custom && apply === applyStrategicPatch)) {
    if (request.query.has('force'))
      throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
        {
          type: 'FieldValueForbidden',
          field: 'force',
          message: 'Forbidden: may not be specified for non-apply patch',
        },
      ]);
    return apply;
  }
  const types = [...Object.keys(TYPES), APPLY].filter((t) => !(custom && t.includes('strategic')));
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`,
  );
}

export function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : error}`);
  }
}

/** A patched document as an object of its kind. */
export function patched(
  call: ResourceCall,
  kind: StructType,
  document: Json,
  parsed: unknown,
  bytes: Buffer,
  apply: Apply,
): Json {
  const { object, unknown, problem } = inspect(kind, apply(kind, document, parsed));
  const refuse = (why: string) =>
    invalid(call.served.kind.resource, call.info.name, [
      {
        type: 'FieldValueInvalid',
        field: 'patch',
        message: `Invalid value: ${JSON.stringify(bytes.toString())}: ${why}`,
      },
    ]);
  if (problem !== undefined) throw failure(422, 'Invalid', problem);
  const mode = fieldValidation(call.request);
  const problems = mode === 'Ignore' ? [] : strictProblems(unknown);
  if (mode === 'Strict' && problems.length > 0) throw refuse(strictError(problems));
  call.warnings.push(...problems.filter((text) => !call.warnings.includes(text)));
  if (object.metadata === undefined) object.metadata = {};
  return object;
}
