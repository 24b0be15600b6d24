// Decodes request bodies: content type, then schema. Unknown and duplicate fields are errors, warnings or ignored, depending
// on fieldValidation. Called by the handlers.

import { decodeBody, type FieldValidation } from '../../api/codec/decode.ts';
import type { StructType } from '../../api/schema/notation.ts';
import { unsupportedMediaType } from '../../api/status/status-error.ts';
import { addAll } from '../../kit/lists.ts';
import { type ApiRequest, header } from '../request.ts';
import type { Call } from './call.ts';

/** The value is valid: checkWriteOptions has checked it, and deletions do not have the option. Warn by default. */
export function fieldValidation({ query }: ApiRequest): FieldValidation {
  const mode = query.get('fieldValidation');
  return mode === 'Ignore' || mode === 'Strict' ? mode : 'Warn';
}

export const mediaTypeOf = ({ headers }: ApiRequest): string =>
  (header(headers, 'content-type') ?? 'application/json').split(';')[0]!.trim().toLowerCase() ||
  'application/json';

const READABLE = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const KNOWN = new Set(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);

export function checkMediaType(type: string): void {
  if (KNOWN.has(type)) return;
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${READABLE}`,
  );
}

/** The object in `bytes`; throws 400 and 415 in upstream's words. */
export function decodeObject<T>(
  call: Pick<Call, 'request' | 'warnings'>,
  kind: StructType,
  bytes: Buffer,
): T {
  const mediaType = mediaTypeOf(call.request);
  checkMediaType(mediaType);
  const { object, warnings } = decodeBody<T>(kind, bytes, {
    mediaType,
    fieldValidation: fieldValidation(call.request),
  });
  addAll(call.warnings, warnings);
  call.request.audit?.object(object);
  return object;
}
