// The environment of one container: service variables, envFrom, env, with references resolved and $(NAME) expanded.
// Throws ConfigError for what the user must create or correct first. Called by container-starter.ts.
import type { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { EnvVar } from '../../api/kinds/core/v1/env.ts';
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { Container, Pod } from '../pod.ts';
import { ExpansionBudget, expand } from './expand.ts';
import { fieldValue, type NodeFacts, resourceValue } from './field-ref.ts';

/** Becomes the waiting reason CreateContainerConfigError. */
export class ConfigError extends Error {}

export interface EnvSources {
  readonly pod: Pod;
  readonly container: Container;
  readonly facts: NodeFacts;
  readonly services: ReadonlyMap<string, string>;
  /** undefined when there is none of that name. */
  configMap(name: string): Promise<ConfigMap | undefined>;
  secret(name: string): Promise<Secret | undefined>;
}

export interface EnvEntry {
  readonly key: string;
  readonly value: string;
}

export async function containerEnv(sources: EnvSources): Promise<EnvEntry[]> {
  const values = new Map<string, string>();
  await addEnvFrom(sources, values);
  // $(NAME) sees service variables, envFrom and the variables before it in the list.
  const known = new Map([...sources.services, ...values]);
  const budget = new ExpansionBudget();
  for (const variable of sources.container.env ?? []) {
    const value = await variableValue(sources, variable, known);
    if (value === undefined) continue;
    budget.spend(value);
    known.set(variable.name, value);
    values.set(variable.name, value);
  }
  for (const [name, value] of sources.services) if (!values.has(name)) values.set(name, value);
  return [...values].map(([key, value]) => ({ key, value }));
}

async function addEnvFrom(sources: EnvSources, values: Map<string, string>): Promise<void> {
  for (const { configMapRef, secretRef, prefix = '' } of sources.container.envFrom ?? []) {
    if (configMapRef) {
      const map = await sources.configMap(configMapRef.name ?? '');
      if (!map && !configMapRef.optional) throw missing('configmap', configMapRef.name);
      for (const [key, value] of Object.entries(map?.data ?? {})) values.set(prefix + key, value);
    }
    if (secretRef) {
      const secret = await sources.secret(secretRef.name ?? '');
      if (!secret && !secretRef.optional) throw missing('secret', secretRef.name);
      for (const [key, value] of Object.entries(secret?.data ?? {})) values.set(prefix + key, decode(value));
    }
  }
}

async function variableValue(
  sources: EnvSources,
  variable: EnvVar,
  known: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const from = variable.valueFrom;
  if (!from) return expand(variable.value ?? '', known);
  if (from.fieldRef) return fieldValue(sources.pod, from.fieldRef.fieldPath, sources.facts);
  if (from.resourceFieldRef)
    return resourceValue(sources.pod, from.resourceFieldRef, sources.container.name, sources.facts);
  if (from.configMapKeyRef) return configMapKey(sources, from.configMapKeyRef);
  if (from.secretKeyRef) return secretKey(sources, from.secretKeyRef);
  if (from.fileKeyRef) throw new ConfigError('environment variables from files are not supported');
  return '';
}

interface KeyRef {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

async function configMapKey(
  sources: EnvSources,
  { name, key, optional }: KeyRef,
): Promise<string | undefined> {
  const map = await sources.configMap(name ?? '');
  if (!map && !optional) throw missing('configmap', name);
  const value = map?.data?.[key];
  if (value === undefined && map && !optional) throw missingKey(sources, key, 'ConfigMap', name);
  return value;
}

async function secretKey(sources: EnvSources, { name, key, optional }: KeyRef): Promise<string | undefined> {
  const secret = await sources.secret(name ?? '');
  if (!secret && !optional) throw missing('secret', name);
  const value = secret?.data?.[key];
  if (value === undefined && secret && !optional) throw missingKey(sources, key, 'Secret', name);
  return value === undefined ? undefined : decode(value);
}

const missing = (kind: string, name = ''): ConfigError => new ConfigError(`${kind} "${name}" not found`);

const missingKey = ({ pod }: EnvSources, key: string, kind: string, name = ''): ConfigError =>
  new ConfigError(`couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`);

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();
