// Validates ConfigMaps, Secrets, ServiceAccounts and Namespaces.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import { JsonSyntaxError, parseJson } from '../../codec/json.ts';
import { jsonName } from '../../codec/walk.ts';
import type { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import type { Namespace } from '../../kinds/core/v1/namespace.ts';
import type { Secret } from '../../kinds/core/v1/secret.ts';
import type { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { StatusError } from '../../status/status-error.ts';
import {
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../field.ts';
import { isConfigMapKey, isQualifiedName } from '../names.ts';
import { labelName, unchanged, validateObjectMetaUpdate } from '../object-meta.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';

const mostBytes = 1024 * 1024;

/** How upstream prints the path of an error that is about the object as a whole. */
const NO_FIELD = '[]';

const keyErrors = (path: string, key: string): FieldError[] =>
  complaints(`${path}[${key}]`, key, isConfigMapKey(key));

/** Number of bytes that a base64 text encodes. */
const decodedBytes = (text: string) =>
  Math.floor((text.length * 3) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);

function configMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key in data) {
    addAll(errors, keyErrors('data', key));
    if (Object.hasOwn(binaryData, key))
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    bytes += Buffer.byteLength(data[key]!);
  }
  for (const key in binaryData) {
    addAll(errors, keyErrors('binaryData', key));
    bytes += decodedBytes(binaryData[key]!);
  }
  if (bytes > mostBytes) errors.push(tooLong(NO_FIELD, mostBytes));
  return errors;
}

const frozen = 'field is immutable when `immutable` is set';

/** Of an immutable object, neither the field immutable nor the data may change. */
function frozenErrors(
  object: { immutable?: boolean } & Record<string, unknown>,
  old: { immutable?: boolean } & Record<string, unknown>,
  keys: readonly string[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors = object.immutable ? [] : [forbidden('immutable', frozen)];
  for (const key of keys)
    if (!semanticEqual(object[key] ?? {}, old[key] ?? {})) errors.push(forbidden(key, frozen));
  return errors;
}

export const configMapRules: Rules<ConfigMap> = {
  create: configMap,
  update: (c, old) => [...frozenErrors({ ...c }, { ...old }, ['data', 'binaryData']), ...configMap(c)],
};

const neededKeys: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'kubernetes.io/dockercfg': ['.dockercfg'],
    'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
    'kubernetes.io/ssh-auth': ['ssh-privatekey'],
    'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  }),
);
const jsonKeys = new Set(['.dockercfg', '.dockerconfigjson']);
const accountName = 'kubernetes.io/service-account.name';

function secret(s: Secret): FieldError[] {
  const data = s.data ?? {};
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key in data) {
    addAll(errors, keyErrors('data', key));
    bytes += decodedBytes(data[key]!);
  }
  if (bytes > mostBytes) errors.push(tooLong('data', mostBytes));
  if (s.type === 'kubernetes.io/service-account-token' && !s.metadata.annotations?.[accountName])
    errors.push(required(`metadata.annotations[${accountName}]`));
  if (s.type === 'kubernetes.io/basic-auth' && data.username === undefined && data.password === undefined)
    errors.push(required('data[username]'), required('data[password]'));
  for (const key of neededKeys.get(s.type ?? '') ?? []) {
    if (data[key] === undefined || (key === 'ssh-privatekey' && data[key] === ''))
      errors.push(required(`data[${key}]`));
    else if (jsonKeys.has(key)) addAll(errors, jsonErrors(`data[${key}]`, data[key]));
  }
  return errors;
}

function jsonErrors(path: string, base64: string): FieldError[] {
  const why = notAnObject(Buffer.from(base64, 'base64').toString());
  return why ? [invalid(path, '<secret contents redacted>', why)] : [];
}

/** Go's error for a text that is not an object of JSON. It names one character at most; upstream shows a number that is too large. */
function notAnObject(text: string): string | undefined {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && !Array.isArray(value)) return undefined;
    return `json: cannot unmarshal ${jsonName(value)} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError || error instanceof StatusError)) throw error;
    return error.message.replace(/number \S+ into/, 'number into');
  }
}

export const secretRules: Rules<Secret> = {
  create: secret,
  update: (s, old) => [
    ...unchanged('type', s.type, old.type),
    ...frozenErrors({ ...s }, { ...old }, ['data']),
    ...secret(s),
  ],
};

/** Only metadata is validated. */
export const serviceAccountRules: Rules<ServiceAccount> = { create: () => [] };

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** As upstream, the path has an index only in writes through /finalize. */
const finalizerErrors = ({ spec }: Namespace, indexed = false): FieldError[] =>
  errorsOfItems(spec?.finalizers, (name, i) => {
    const path = indexed ? `spec.finalizers[${i}]` : 'spec.finalizers';
    const errors = complaints(path, name, isQualifiedName(name));
    if (!name.includes('/') && !standardFinalizers.has(name))
      errors.push(invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified'));
    return errors;
  });

/** Of a write through /finalize. */
export const finalizeErrors = (namespace: Namespace, old: Namespace): FieldError[] => [
  ...validateObjectMetaUpdate(namespace.metadata, old.metadata),
  ...finalizerErrors(namespace, true),
];

export const namespaceRules: Rules<Namespace> = {
  name: labelName,
  create: (namespace) => finalizerErrors(namespace),
  update: () => [],
  status: (n) => {
    const phase = n.status?.phase;
    if (n.metadata.deletionTimestamp)
      return phase === 'Terminating'
        ? []
        : [
            invalid(
              'status.Phase',
              phase ?? '',
              "may only be 'Terminating' if `deletionTimestamp` is not empty",
            ),
          ];
    return phase === undefined || phase === 'Active'
      ? []
      : [invalid('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  },
};
