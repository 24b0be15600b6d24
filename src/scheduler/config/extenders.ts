// The extenders of a KubeSchedulerConfiguration: validated with upstream's paths and words, defaulted, their certificates read.
// Upstream: validateExtenders of pkg/scheduler/apis/config/validation, NewHTTPExtender of pkg/scheduler/extender.go.
import { readFileSync, statSync } from 'node:fs';
import { durationMs } from '../../api/meta/v1/duration.ts';
import { complaints, type FieldError, invalid } from '../../api/validation/field.ts';
import { isExtendedResourceName } from '../../api/validation/kinds/amounts/resource-names.ts';
import { isQualifiedName } from '../../api/validation/names.ts';
import { addAll } from '../../kit/lists.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ExtenderSettings } from '../extenders/http-extender.ts';
import type { Extender } from './schema.ts';

/** They are asked one after the other for each pod. */
const MOST_EXTENDERS = 16;
const DEFAULT_TIMEOUT_MS = 5_000;
/** Milliseconds: the scheduler tries no other pod meanwhile. */
const LONGEST_TIMEOUT_MS = 10 * 60_000;
/** Bytes of a file with certificates or a key. */
const MAX_FILE = 1 << 20;

export interface ReadExtenders {
  readonly extenders: readonly ExtenderSettings[];
  /** Resources whose amounts NodeResourcesFit leaves to extenders. */
  readonly ignoredResources: readonly string[];
}

export function readExtenders(given: readonly Extender[], errors: FieldError[]): ReadExtenders {
  if (given.length > MOST_EXTENDERS)
    errors.push(invalid('extenders', given.length, `must have at most ${MOST_EXTENDERS} items`));
  const seen = new Set<string>();
  const extenders = given.slice(0, MOST_EXTENDERS).map((extender, i) => {
    const path = `extenders[${i}]`;
    addAll(errors, resourceErrors(extender, path, seen));
    if (extender.prioritizeVerb && (extender.weight ?? 0) <= 0)
      errors.push(
        invalid(`${path}.weight`, extender.weight ?? 0, 'must have a positive weight applied to it'),
      );
    return settingsOf(extender, path, errors);
  });
  const binders = given.filter(({ bindVerb }) => bindVerb).length;
  if (binders > 1)
    errors.push(
      invalid(
        'extenders',
        `found ${binders} extenders implementing bind`,
        'only one extender can implement bind',
      ),
    );
  const ignoredResources = given.flatMap(({ managedResources = [] }) =>
    managedResources.filter((one) => one.ignoredByScheduler).map(({ name = '' }) => name),
  );
  // Those whose errors are ignored come last, so that they are asked about fewer nodes.
  const sorted = [
    ...extenders.filter((one) => !one.isIgnorable),
    ...extenders.filter((one) => one.isIgnorable),
  ];
  return { extenders: sorted, ignoredResources };
}

function resourceErrors({ managedResources = [] }: Extender, path: string, seen: Set<string>): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { name = '' }] of managedResources.entries()) {
    const at = `${path}.managedResources[${i}].name`;
    const unqualified = complaints(at, name, isQualifiedName(name));
    addAll(errors, unqualified);
    if (unqualified.length === 0 && !isExtendedResourceName(name))
      errors.push(invalid(at, name, 'is an invalid extended resource name'));
    if (seen.has(name)) errors.push(invalid(at, name, 'duplicate extender managed resource name'));
    seen.add(name);
  }
  return errors;
}

function settingsOf(extender: Extender, path: string, errors: FieldError[]): ExtenderSettings {
  const { urlPrefix = '', filterVerb = '', preemptVerb = '', prioritizeVerb = '', bindVerb = '' } = extender;
  if (!isHttp(urlPrefix))
    errors.push(invalid(`${path}.urlPrefix`, urlPrefix, 'must be an http or https URL'));
  return {
    ...{ url: urlPrefix, filterVerb, preemptVerb, prioritizeVerb, bindVerb },
    weight: extender.weight ?? 0,
    timeoutMs: timeoutOf(extender, `${path}.httpTimeout`, errors),
    isNodeCacheCapable: extender.nodeCacheCapable ?? false,
    isIgnorable: extender.ignorable ?? false,
    managedResources: new Set((extender.managedResources ?? []).map(({ name = '' }) => name)),
    ...tlsOf(extender, `${path}.tlsConfig`, errors),
  };
}

function isHttp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === 'http:' || protocol === 'https:';
}

function timeoutOf({ httpTimeout }: Extender, path: string, errors: FieldError[]): number {
  if (httpTimeout === undefined) return DEFAULT_TIMEOUT_MS;
  const timeout = durationMs(httpTimeout);
  if (timeout === 0) return DEFAULT_TIMEOUT_MS;
  if (timeout !== undefined && timeout > 0 && timeout <= LONGEST_TIMEOUT_MS) return timeout;
  errors.push(invalid(path, httpTimeout, 'must be a duration of at most 10m'));
  return DEFAULT_TIMEOUT_MS;
}

function tlsOf({ tlsConfig: given = {} }: Extender, path: string, errors: FieldError[]) {
  const pem = (data: string | undefined, file: string | undefined, field: string): Buffer | undefined => {
    if (data) return Buffer.from(data, 'base64');
    if (!file) return undefined;
    try {
      if (statSync(file).size > MAX_FILE) throw new Error(`the file is larger than ${MAX_FILE} bytes`);
      return readFileSync(file);
    } catch (error) {
      errors.push(invalid(`${path}.${field}`, file, messageOf(error)));
      return undefined;
    }
  };
  const ca = pem(given.caData, given.caFile, 'caFile');
  const cert = pem(given.certData, given.certFile, 'certFile');
  const key = pem(given.keyData, given.keyFile, 'keyFile');
  if (ca && given.insecure)
    errors.push(
      invalid(
        `${path}.insecure`,
        true,
        'specifying a root certificates file with the insecure flag is not allowed',
      ),
    );
  if (!cert !== !key) errors.push(invalid(path, '', 'a client certificate and its key must both be given'));
  return {
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
    ...(given.serverName && { serverName: given.serverName }),
    ...(given.insecure && { insecureSkipVerify: true }),
  };
}
