// The environment of a container as descriptions show it, values from fields of the pod and of the container included.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { EnvVar } from '../../../api/kinds/core/v1/env.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { milliValue, wholeValue } from '../../../api/quantity/quantity.ts';
import type { DescriptionWriter } from '../writer.ts';

/** The value of a field of the pod; empty when there is none. Undefined for a template, which has no values. */
export type FieldResolver = ((path: string) => string) | undefined;

export function writeEnvironment(w: DescriptionWriter, container: Container, fieldOf: FieldResolver): void {
  if (container.envFrom?.length) writeSources(w, container);
  const { env = [] } = container;
  w.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}\n`);
  for (const variable of env) writeVariable(w, variable, container, fieldOf);
}

function writeSources(w: DescriptionWriter, { envFrom = [] }: Container): void {
  w.write(2, 'Environment Variables from:\n');
  for (const { prefix, configMapRef, secretRef } of envFrom) {
    const ref = configMapRef ?? secretRef;
    const kind = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
    const shown = prefix ? `${kind} with prefix '${prefix}'` : kind;
    w.cells(3, ref?.name ?? '', shown, `Optional: ${ref?.optional ?? false}`);
  }
}

function writeVariable(
  w: DescriptionWriter,
  variable: EnvVar,
  container: Container,
  fieldOf: FieldResolver,
): void {
  const { name, value = '', valueFrom } = variable;
  if (!valueFrom) {
    for (const [i, line] of value.split('\n').entries())
      w.write(3, `${i === 0 ? `${name}:` : ''}\t${line}\n`);
    return;
  }
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) {
    const { apiVersion = 'v1', fieldPath } = fieldRef;
    w.row(3, name, `${fieldOf?.(fieldPath) ?? ''} (${apiVersion}:${fieldPath})`);
  } else if (resourceFieldRef) {
    const { resource } = resourceFieldRef;
    const amount = resourceText(container, resource, resourceFieldRef.divisor);
    const isWholeNode = amount === '0' && (resource === 'limits.cpu' || resource === 'limits.memory');
    w.row(3, name, `${isWholeNode ? 'node allocatable' : amount} (${resource})`);
  } else if (secretKeyRef) {
    const { key, name: secret = '', optional = false } = secretKeyRef;
    w.row(3, name, `<set to the key '${key}' in secret '${secret}'>\tOptional: ${optional}`);
  } else if (configMapKeyRef) {
    const { key, name: map = '', optional = false } = configMapKeyRef;
    w.row(3, name, `<set to the key '${key}' of config map '${map}'>\tOptional: ${optional}`);
  }
}

/** A request or limit in multiples of the divisor, rounded up. */
function resourceText({ resources }: Container, path: string, divisor: string | undefined): string {
  const [kind, ...rest] = path.split('.');
  const name = rest.join('.');
  const isKnown = ['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-');
  if (!isKnown || (kind !== 'limits' && kind !== 'requests')) return '';
  const amount = resources?.[kind]?.[name] ?? '0';
  const unit = divisor === undefined || divisor === '0' ? '1' : divisor;
  const amountOf = name === 'cpu' ? milliValue : wholeValue;
  return String(Math.ceil(amountOf(String(amount)) / amountOf(unit)));
}

/** Of a pod that exists. kubectl knows two fields; all others are shown without a value. */
export const fieldsOfPod =
  ({ metadata }: Pod): FieldResolver =>
  (path) => {
    if (path === 'metadata.name') return metadata?.name ?? '';
    return path === 'metadata.namespace' ? (metadata?.namespace ?? '') : '';
  };
