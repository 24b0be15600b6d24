// PATCH: JSON patch, merge patch, strategic merge patch, and apply (apply.ts). A patch is applied to the newest object, and
// again after a conflict with another write, so that concurrent patches without a resourceVersion all take effect.
// The result is checked against the schema like any other body. Upstream: apiserver/pkg/endpoints/handlers/patch.go.

import { inspect, strictError, strictProblems } from '../../api/codec/decode.ts';
import { JsonSyntaxError, parseJson } from '../../api/codec/json.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../api/patch/strategic.ts';
import type { StructType } from '../../api/schema/notation.ts';
import { badRequest, invalid, notFound, unsupportedMediaType } from '../../api/status/status-error.ts';
import type { Pace } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import { own } from '../../kit/own.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import { type Transform, targetOf } from '../registry/resource.ts';
import type { Answer } from '../request.ts';
import { itemAnswer } from './answers/answers.ts';
import { applyPatch } from './apply.ts';
import { fieldValidation, mediaTypeOf } from './body.ts';
import { type Call, writeContext } from './call.ts';
import { conversionProblem, invalidPatch, type Patched } from './patch-errors.ts';
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
  request.audit?.patch(bytes);
  if (type === APPLY) return applyPatch(call, bytes);
  const write = writeContext(call);
  const patched = readPatch(call, bytes, write.pace);
  const transform: Transform = (current) => {
    if (!current) throw notFound(targetOf(resource), info.name);
    return patched(resource.kind, current('shared'));
  };
  const { item } = await resource.update(info.name, transform, write, 'patch');
  return itemAnswer(call, 200, item);
}

/** The patch in the body, as a function from a document of `kind` to the patched one, which may share parts with it. A large patch of a large object rests between
 *  its steps. */
export function readPatch(
  call: Call,
  bytes: Buffer,
  pace: Pace,
): <T extends { metadata?: unknown }>(kind: StructType, document: T) => Eventual<T> {
  const apply = applierOf(call, mediaTypeOf(call.request));
  const parsed = parse(bytes);
  const finished = <T extends { metadata?: unknown }>(kind: StructType, result: unknown, known?: T): T => {
    const strategic = apply === applyStrategicPatch;
    const patched = { kind, strategic, patch: parsed, result };
    const { object, unknown, problem } = inspect(kind, result, 'object', known);
    if (problem !== undefined) throw invalidPatch(patched, strategic ? conversionProblem(problem) : problem);
    reportUnknown(call, patched, strictProblems(unknown));
    object.metadata ??= {};
    return object as T;
  };
  return <T extends { metadata?: unknown }>(kind: StructType, document: T) =>
    andThen(pace.rest(), () => {
      const result = apply(kind, document as Json, parsed);
      // Only a stored object is known to have the form of its kind.
      const known = Object.isFrozen(document) ? document : undefined;
      return andThen(pace.rest(), () => finished<T>(kind, result, known));
    });
}

function applierOf({ resource, request }: Call, type: string): Apply {
  const apply = own(TYPES, type);
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
    return parseJson(bytes.toString());
  } catch (error) {
    throw error instanceof JsonSyntaxError ? badRequest(`error decoding patch: ${error.message}`) : error;
  }
}

/** Unknown and duplicate fields: an error, a warning or ignored, depending on fieldValidation. */
function reportUnknown(call: Call, patched: Patched, problems: readonly string[]): void {
  const mode = fieldValidation(call.request);
  if (mode === 'Ignore' || problems.length === 0) return;
  if (mode === 'Strict') throw invalidPatch(patched, strictError([...problems]));
  addAll(
    call.warnings,
    problems.filter((text) => !call.warnings.includes(text)),
  );
}
