// The one error of the API: a Status with one of the closed set of reasons. The server answers with it, clients get it back.
// Wording follows k8s.io/apimachinery pkg/api/errors.
import type { Status, StatusCause } from '../meta/v1/status.ts';

export type Reason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'StoreReadError'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable'
  | '';

export class StatusError extends Error {
  readonly status: Status;

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? status.reason ?? 'unknown', options);
    this.status = status;
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): Reason {
    return (this.status.reason ?? '') as Reason;
  }
}

interface Target {
  readonly group?: string;
  /** The plural name of the resource, e.g. deployments. */
  readonly resource: string;
}

/** `pods "x"`, `deployments.apps "x"`: how messages name an object. */
const qualified = (target: Target) => (target.group ? `${target.resource}.${target.group}` : target.resource);

export function failure(
  code: number,
  reason: Reason,
  message: string,
  details?: Status['details'],
  options?: ErrorOptions,
): StatusError {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code,
  };
  if (details) status.details = details;
  return new StatusError(status, options);
}

const about = (target: Target, name: string, kind = target.resource): Status['details'] => ({
  ...(name && { name }),
  ...(target.group && { group: target.group }),
  kind,
});

export const notFound = (target: Target, name: string) =>
  failure(404, 'NotFound', `${qualified(target)} "${name}" not found`, about(target, name));

export const alreadyExists = (target: Target, name: string) =>
  failure(409, 'AlreadyExists', `${qualified(target)} "${name}" already exists`, about(target, name));

export const conflict = (target: Target, name: string, why: string) =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(target)} "${name}": ${why}`,
    about(target, name),
  );

/** The optimistic-lock failure of an update with a stale resourceVersion. */
export const staleVersion = (target: Target, name: string) =>
  conflict(
    target,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

export const forbidden = (target: Target, name: string, why: string) =>
  failure(
    403,
    'Forbidden',
    name
      ? `${qualified(target)} "${name}" is forbidden: ${why}`
      : `${qualified(target)} is forbidden: ${why}`,
    about(target, name),
  );

export const badRequest = (message: string) => failure(400, 'BadRequest', message);
export const unauthorized = (message = 'Unauthorized') => failure(401, 'Unauthorized', message);
export const methodNotAllowed = (target: Target, verb: string) =>
  failure(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind "${qualified(target)}"`,
    about(target, ''),
  );
export const gone = (message: string) => failure(410, 'Gone', message);
export const expired = (message: string) => failure(410, 'Expired', message);
export const tooLarge = (message: string) => failure(413, 'RequestEntityTooLarge', message);
export const unsupportedMediaType = (message: string) => failure(415, 'UnsupportedMediaType', message);
export const notAcceptable = (message: string) => failure(406, 'NotAcceptable', message);

/** What the engine throws for an error of the program. Its words are for logs; upstream's server panics in such a case. */
const FAULTS = [TypeError, ReferenceError, RangeError, SyntaxError, URIError];
const PANIC = 'This request caused apiserver to panic. Look in the logs for details.';

export function internalError(cause: unknown): StatusError {
  if (FAULTS.some((fault) => cause instanceof fault))
    return failure(500, 'InternalError', PANIC, undefined, { cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  const details = { causes: [{ message }] };
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, details, { cause });
}
export const serviceUnavailable = (message: string) => failure(503, 'ServiceUnavailable', message);

/** The error for a path without resource or handler. */
export const pageNotFound = () =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

/** One thing wrong with one field, as k8s.io/apimachinery pkg/util/validation/field words it. */
export interface FieldError {
  readonly type:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
    | 'InternalError';
  /** Path such as spec.containers[0].image. */
  readonly field: string;
  /** The whole text after the path, e.g. `Required value: must not be empty`. */
  readonly message: string;
}

/** Errors that one Status reports, and characters of their messages; upstream has no limit. Every key of an object may be wrong,
 *  and every error may show a value of some length. */
export const MOST_CAUSES = 1_000;
const MOST_TEXT = 256 * 1024;

export function invalid(
  kind: { group: string; kind: string },
  name: string,
  all: readonly FieldError[],
): StatusError {
  const errors = reported(all);
  const texts = errors.map((error) => `${error.field}: ${error.message}`);
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const causes: StatusCause[] = errors.map((e) => ({ reason: e.type, message: e.message, field: e.field }));
  const qualifiedKind = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return failure(422, 'Invalid', `${qualifiedKind} "${name}" is invalid: ${joined}`, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

/** Messages are written as they are read (validation/field.ts): no more of them than are reported. */
function reported(all: readonly FieldError[]): FieldError[] {
  const errors: FieldError[] = [];
  let left = MOST_TEXT;
  for (const { type, field, message } of all) {
    errors.push({ type, field, message });
    left -= field.length + message.length;
    if (left <= 0 || errors.length === MOST_CAUSES) break;
  }
  return errors;
}

const hasReason =
  (...reasons: Reason[]) =>
  (error: unknown): error is StatusError =>
    error instanceof StatusError && reasons.includes(error.reason);

export const isNotFound = hasReason('NotFound');
export const isAlreadyExists = hasReason('AlreadyExists');
export const isConflict = hasReason('Conflict');
export const isInvalid = hasReason('Invalid');
export const isForbidden = hasReason('Forbidden');
/** The requested resource version has been compacted: clients must list again. */
export const isExpired = hasReason('Expired', 'Gone');
export const isTooManyRequests = hasReason('TooManyRequests');
