// PATCH: JSON patch, merge patch, strategic merge patch, and apply (apply.ts). A patch is applied to the newest object, and
// again after a conflict with another write, so that concurrent patches without a resourceVersion all take effect.
// The result is checked against the schema like any other body. Upstream: apiserver/pkg/endpoints/handlers/patch.go.
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
  type StatusError,
  unsupportedMediaType,
} from '../../api/status/status-error.ts';
import { type Transform, targetOf } from '../registry/resource.ts';
import type { Answer } from '../request.ts';
import { itemAnswer } from './answers/answers.ts';
import { applyPatch } from './apply.ts';
import { fieldValidation, mediaTypeOf } from './body.ts';
import { type Call, writeContext } from './call.ts';
import { checkWriteOptions } from './write-options.ts';

type Json = Record<string, unknown>;
/** Applies one type of patch to `document` and returns the new object. */
type Apply = (kind: StructType, document: Json, patch: unknown) => unknown;

const TYPES: Readonly<Record<string, Apply>> = {
  'application/json-patch+json': (_kind, document, patch) => applyJsonPatch(document, patch),
  'application/merge-patch+json': (_kind, document, patch) => applyMergePatch(document, patch),
  'application/strategic-merge-patch+json': applyStrategicPatch,
};
const APPLY = 'application/apply-patch+yaml';

export async function patch(call: Call): Promise<Answer> {
  const { request, resource, info } = call;
  checkWriteOptions(request);
  const type = mediaTypeOf(request);
  const bytes = await request.body();
  if (type === APPLY) return applyPatch(call, bytes);
  const patched = readPatch(call, bytes);
  const transform: Transform = (current) => {
    if (!current) throw notFound(targetOf(resource), info.name);
    return patched(resource.kind, current());
  };
  const { item } = await resource.update(info.name, transform, writeContext(call), 'patch');
  return itemAnswer(call, 200, item);
}

/** The patch in the body, as a function from a document of `kind` to the patched one. */
export function readPatch(
  call: Call,
  bytes: Buffer,
): <T extends { metadata?: unknown }>(kind: StructType, document: T) => T {
  const apply = applierOf(call, mediaTypeOf(call.request));
  const parsed = parse(bytes);
  return <T extends { metadata?: unknown }>(kind: StructType, document: T) => {
    const { object, unknown, problem } = inspect(kind, apply(kind, document as Json, parsed));
    if (problem !== undefined) throw failure(422, 'Invalid', problem);
    reportUnknown(call, bytes, strictProblems(unknown));
    object.metadata ??= {};
    return object as T;
  };
}

function applierOf({ resource, request }: Call, type: string): Apply {
  const apply = TYPES[type];
  const custom = resource.custom === true;
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

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : error}`);
  }
}

/** Unknown and duplicate fields: an error, a warning or ignored, depending on fieldValidation. */
function reportUnknown(call: Call, bytes: Buffer, problems: readonly string[]): void {
  const mode = fieldValidation(call.request);
  if (mode === 'Ignore' || problems.length === 0) return;
  if (mode === 'Strict') throw invalidPatch(call, bytes, strictError([...problems]));
  call.warnings.push(...problems.filter((text) => !call.warnings.includes(text)));
}

const invalidPatch = ({ resource, info }: Call, bytes: Buffer, why: string): StatusError =>
  invalid(resource.kind.resource, info.name, [
    {
      type: 'FieldValueInvalid',
      field: 'patch',
      message: `Invalid value: ${JSON.stringify(bytes.toString())}: ${why}`,
    },
  ]);
