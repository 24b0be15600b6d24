// Where the value of a variable comes from, as `set env --list` shows it, and, with --resolve, the value itself. ConfigMaps and Secrets
// are fetched by the caller's `fetch`, each once.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { EnvVarSource } from '../../../api/kinds/core/v1/env.ts';
import { milliValue, wholeValue } from '../../../api/quantity/quantity.ts';
import { isQualifiedName } from '../../../api/validation/names.ts';
import { goQuote } from '../../text/quote.ts';

export function referenceText(from: EnvVarSource): string {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name ?? ''}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name ?? ''}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (!resourceFieldRef) return 'invalid valueFrom';
  const { containerName, resource } = resourceFieldRef;
  return `resource field ${containerName ? `${containerName}/` : ''}${resource}`;
}

export interface Described {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The data of a ConfigMap or Secret, as texts. */
export type FetchData = (
  kind: 'configmaps' | 'secrets',
  name: string,
) => Promise<Readonly<Record<string, string>>>;

export async function referenceValue(
  from: EnvVarSource,
  metadata: Described,
  container: Container,
  fetch: FetchData,
): Promise<string> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (secretKeyRef) return keyOf(await fetch('secrets', secretKeyRef.name ?? ''), 'secret', secretKeyRef);
  if (configMapKeyRef)
    return keyOf(await fetch('configmaps', configMapKeyRef.name ?? ''), 'config map', configMapKeyRef);
  if (fieldRef) return fieldValue(metadata, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceValue(resourceFieldRef, container);
  throw new Error('invalid valueFrom');
}

function keyOf(
  data: Readonly<Record<string, string>>,
  what: string,
  { name = '', key }: { name?: string; key: string },
): string {
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined) throw new Error(`key ${key} not found in ${what} ${name}`);
  return value;
}

function fieldValue(metadata: Described, path: string): string {
  const { annotations = {}, labels = {}, name = '', namespace = '', uid = '' } = metadata;
  const subscript = path.endsWith("']") && path.indexOf("['") > 0 && path.slice(path.indexOf("['") + 2, -2);
  if (typeof subscript === 'string') {
    const field = path.slice(0, path.indexOf("['"));
    if (field !== 'metadata.annotations' && field !== 'metadata.labels')
      throw new Error(`fieldPath ${goQuote(path)} does not support subscript`);
    const isAnnotation = field === 'metadata.annotations';
    const complaints = isQualifiedName(isAnnotation ? subscript.toLowerCase() : subscript);
    if (complaints.length > 0) throw new Error(`invalid key subscript in ${path}: ${complaints.join(';')}`);
    return (isAnnotation ? annotations : labels)[subscript] ?? '';
  }
  switch (path) {
    case 'metadata.annotations':
      return mapText(annotations);
    case 'metadata.labels':
      return mapText(labels);
    case 'metadata.name':
      return name;
    case 'metadata.namespace':
      return namespace;
    case 'metadata.uid':
      return uid;
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key]!)}`)
    .join('\n');

const PLAIN = new Set(['cpu', 'memory', 'ephemeral-storage']);

function resourceValue(
  { resource, divisor = '0' }: { resource: string; divisor?: string },
  { resources = {} }: Container,
): string {
  const [list = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  const known = PLAIN.has(name) || name.startsWith('hugepages-');
  if ((list !== 'limits' && list !== 'requests') || !known)
    throw new Error(`Unsupported container resource : ${resource}`);
  const amount = resources[list]?.[name] ?? '0';
  const amountOf = name === 'cpu' ? milliValue : wholeValue;
  const by = amountOf(divisor) === 0 ? amountOf('1') : amountOf(divisor);
  return String(Math.ceil(amountOf(amount) / by));
}
