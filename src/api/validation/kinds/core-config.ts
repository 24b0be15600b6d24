// Validates ConfigMaps, Secrets, ServiceAccounts, Namespaces, Nodes and Events.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import { JsonSyntaxError, parseJson } from '../../codec/json.ts';
import { jsonName } from '../../codec/walk.ts';
import type { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import type { Event } from '../../kinds/core/v1/event.ts';
import type { Namespace } from '../../kinds/core/v1/namespace.ts';
import type { Node, Taint } from '../../kinds/core/v1/node.ts';
import type { Secret } from '../../kinds/core/v1/secret.ts';
import type { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import type { Event as NewEvent } from '../../kinds/events/v1/event.ts';
import { StatusError } from '../../status/status-error.ts';
import { isCIDR } from '../addresses.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../field.ts';
import { validateLabelName } from '../labels.ts';
import { isConfigMapKey, isLabelValue, isQualifiedName } from '../names.ts';
import { labelName, unchanged } from '../object-meta.ts';
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

const finalizerErrors = ({ spec }: Namespace): FieldError[] =>
  errorsOfItems(spec?.finalizers, (name) => {
    const path = 'spec.finalizers';
    const texts = complaints(path, name, isQualifiedName(name));
    if (texts.length > 0 || name.includes('/') || name === 'kubernetes') return texts;
    return [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
  });

export const namespaceRules: Rules<Namespace> = {
  name: labelName,
  create: finalizerErrors,
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

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Of a node, or of the nodes that a configuration describes. */
export function taintErrors(taints: readonly Taint[] | undefined, list: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, taints, ({ key, value = '', effect }, i) => {
    const path = `${list}[${i}]`;
    addAll(errors, validateLabelName(key, `${path}.key`));
    const texts = isLabelValue(value);
    if (texts.length > 0) errors.push(invalid(`${path}.value`, value, texts.join(';')));
    if (!effect) errors.push(required(`${path}.effect`));
    else if (!effects.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, effects));
    const id = `${key}/${effect}`;
    if (seen.has(id))
      errors.push({
        type: 'FieldValueDuplicate',
        field: path,
        message: `${duplicate(path, { key, value, effect }).message}: taints must be unique by key and effect pair`,
      });
    seen.add(id);
  });
  return errors;
}

function node({ spec }: Node): FieldError[] {
  // As upstream, the path is metadata.
  const errors = taintErrors(spec?.taints, 'metadata.taints');
  checkItems(errors, spec?.podCIDRs, (cidr, i) => {
    if (!isCIDR(cidr))
      errors.push(
        invalid(
          `spec.podCIDRs[${i}]`,
          cidr,
          'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
        ),
      );
  });
  return errors;
}

function nodeUpdate(n: Node, old: Node): FieldError[] {
  const errors = node(n);
  const before = old.spec?.podCIDRs ?? [];
  if (before.length > 0 && !semanticEqual(n.spec?.podCIDRs ?? [], before))
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  if (old.spec?.providerID && n.spec?.providerID !== old.spec.providerID)
    errors.push(
      forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    );
  return errors;
}

export const nodeRules: Rules<Node> = { create: node, update: nodeUpdate };

/** An event is in the namespace of the object it is about; events of cluster-scoped objects are in default. */
function event(e: Event): FieldError[] {
  const { namespace = '', kind } = e.involvedObject;
  const own = e.metadata.namespace ?? '';
  const fits =
    namespace === ''
      ? own === '' || own === 'default' || own === 'kube-system' || kind === 'Node'
      : own === namespace;
  if (!fits) return [invalid('involvedObject.namespace', namespace, 'does not match event.namespace')];
  if (!e.eventTime) return [];
  const errors: FieldError[] = [];
  if (!e.reportingComponent) errors.push(required('reportingController'));
  if (!e.reportingInstance) errors.push(required('reportingInstance'));
  if (!e.action) errors.push(required('action'));
  if (!e.reason) errors.push(required('reason'));
  return errors;
}

export const eventRules: Rules<Event> = { create: event, update: () => [] };

function newEvent(e: NewEvent): FieldError[] {
  const errors: FieldError[] = [];
  const { namespace = '' } = e.regarding ?? {};
  const own = e.metadata.namespace ?? '';
  if (namespace === '' ? own !== '' && own !== 'default' : own !== namespace)
    errors.push(invalid('involvedObject.namespace', namespace, 'does not match event.namespace'));
  if (!e.eventTime) errors.push(required('eventTime'));
  if (!e.reportingController) errors.push(required('reportingController'));
  else
    addAll(
      errors,
      complaints('reportingController', e.reportingController, isQualifiedName(e.reportingController)),
    );
  if (!e.reportingInstance) errors.push(required('reportingInstance'));
  if ((e.reportingInstance?.length ?? 0) > 128)
    errors.push(invalid('reportingInstance', '', 'can have at most 128 characters'));
  if (!e.action) errors.push(required('action'));
  if (!e.reason) errors.push(required('reason'));
  if ((e.note?.length ?? 0) > 1024) errors.push(invalid('message', '', 'can have at most 1024 characters'));
  if (e.type !== 'Normal' && e.type !== 'Warning')
    errors.push(invalid('type', e.type ?? '', 'has invalid value: '));
  return errors;
}

export const newEventRules: Rules<NewEvent> = { create: newEvent, update: () => [] };
