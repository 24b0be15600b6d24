// The names by which constraints, configurations and results refer to the requests of a claim.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { DeviceRequest } from '../../../../kinds/resource/v1/device.ts';
import { MAX_REQUESTS } from '../../../../kinds/resource/v1/limits.ts';
import { complaints, type FieldError, invalid } from '../../../field.ts';
import { isDNS1123Label } from '../../../names.ts';
import { setErrors } from '../lists.ts';

/** Of one request. */
export const MAX_ALTERNATIVES = 8;

const REFERENCE =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Of requests, and of alternatives as `request/alternative`. */
export const namesOf = (requests: readonly DeviceRequest[] = []): ReadonlySet<string> =>
  new Set(
    requests
      .slice(0, MAX_REQUESTS)
      .flatMap(({ name = '', firstAvailable = [] }) => [
        name,
        ...firstAvailable.slice(0, MAX_ALTERNATIVES).map((alternative) => `${name}/${alternative?.name}`),
      ]),
  );

export function referenceErrors(path: string, name: string, names: ReadonlySet<string>): FieldError[] {
  const segments = name.split('/', 3);
  if (segments.length > 2) return [invalid(path, name, REFERENCE)];
  return [
    ...segments.flatMap((segment) => complaints(path, segment, isDNS1123Label(segment))),
    ...(names.has(name) ? [] : [invalid(path, name, REFERENCE)]),
  ];
}

export const referencesErrors = (
  path: string,
  references: readonly string[] | undefined,
  names: ReadonlySet<string>,
): FieldError[] =>
  setErrors(
    path,
    references,
    MAX_REQUESTS,
    (name) => name,
    (at, name) => referenceErrors(at, name, names),
  );
