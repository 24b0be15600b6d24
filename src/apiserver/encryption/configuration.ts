// The EncryptionConfiguration file (--encryption-provider-config): its fields, and what may be wrong with them. Messages never
// contain a key. Called by encryption.ts. Upstream: staging/src/k8s.io/apiserver/pkg/apis/apiserver/validation.
import { parseYaml } from '../../api/codec/yaml.ts';
import { durationMs } from '../../api/meta/v1/duration.ts';

export interface NamedKey {
  readonly name: string;
  readonly key: Buffer;
}

export interface KmsProvider {
  readonly type: 'kms';
  readonly name: string;
  /** Path of the plug-in's Unix socket. */
  readonly socket: string;
  readonly timeoutMs: number;
}

export type Provider =
  | { readonly type: 'identity' }
  | { readonly type: 'aesgcm' | 'aescbc'; readonly keys: readonly NamedKey[] }
  | KmsProvider;

/** Resources are as `secrets`, `deployments.apps`, `*.apps`, `*.` or `*.*`. */
export interface ResourceRule {
  readonly resources: readonly string[];
  readonly providers: readonly Provider[];
}

/** Bytes of the file; one key takes 44. */
const MAX_FILE = 1 << 20;
/** Bytes. */
const KEY_SIZES = [16, 24, 32];
/** Milliseconds. */
const KMS_TIMEOUT = 3_000;

/** Throws an Error that names the field. */
export function parseConfiguration(text: string): ResourceRule[] {
  if (text.length > MAX_FILE) throw new Error(`the file is larger than ${MAX_FILE} bytes`);
  const config = mapOf(yaml(text), '', ['apiVersion', 'kind', 'resources']);
  if (config.kind !== 'EncryptionConfiguration' || config.apiVersion !== 'apiserver.config.k8s.io/v1')
    throw new Error('apiVersion apiserver.config.k8s.io/v1 and kind EncryptionConfiguration are required');
  const names = new Set<string>();
  const rules = listOf(config.resources, 'resources', 'resources').map((rule, i) => {
    const path = `resources[${i}]`;
    const { resources, providers } = mapOf(rule, path, ['resources', 'providers']);
    return {
      resources: resourcesOf(listOf(resources, `${path}.resources`, 'resource'), `${path}.resources`),
      providers: listOf(providers, `${path}.providers`, 'provider').map((one, j) =>
        providerOf(one, `${path}.providers[${j}]`, names),
      ),
    };
  });
  refuseMasked(rules);
  return rules;
}

/** The parser's own message would quote the file. */
function yaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch {
    throw new Error('the file is not valid YAML');
  }
}

type Fields = Readonly<Record<string, unknown>>;

function mapOf(value: unknown, path: string, fields: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${path || 'the file'}: a mapping is required`);
  const unknown = Object.keys(value).find((key) => !fields.includes(key));
  if (unknown !== undefined) throw new Error(`${path ? `${path}: ` : ''}unknown field ${shownName(unknown)}`);
  return value as Fields;
}

/** A wrong line break can make a field's name of a key's secret, of which nothing is shown: 16 bytes are 22 characters or more. */
const shownName = (name: string): string =>
  /^[A-Za-z][A-Za-z0-9]{0,15}$/.test(name) ? JSON.stringify(name) : 'with a name that is not shown';

function listOf(value: unknown, path: string, what: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new Error(`${path}: Required value: at least one ${what} is required`);
  return value;
}

function resourcesOf(list: readonly unknown[], path: string): string[] {
  return list.map((value, i) => {
    const problem = resourceProblem(value);
    if (problem) throw new Error(`${path}[${i}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
    return value as string;
  });
}

function resourceProblem(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return 'must be the name of a resource';
  if (/[A-Z]/.test(value)) return 'resource name should not contain capital letters';
  if (value === '*')
    return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  const { group, resource } = groupResource(value);
  if (group === 'events.k8s.io')
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  if (group === 'extensions') return "'extensions' group has been removed and cannot be used for encryption";
  if (group === '*' && resource !== '*') return 'encrypting the same resource across groups is not supported';
  return undefined;
}

export function groupResource(text: string): { readonly group: string; readonly resource: string } {
  const at = text.indexOf('.');
  return at < 0 ? { group: '', resource: text } : { group: text.slice(at + 1), resource: text.slice(0, at) };
}

/** A rule for a whole group must come after the rules for its resources, in which it would otherwise hide them. */
function refuseMasked(rules: readonly ResourceRule[]): void {
  const seen = new Set<string>();
  for (const { resources } of rules)
    for (const one of resources) {
      const { group } = groupResource(one);
      const by = [`*.${group}`, '*.*'].find((wildcard) => seen.has(wildcard));
      if (by)
        throw new Error(`resource ${JSON.stringify(one)} is masked by earlier rule ${JSON.stringify(by)}`);
      if (seen.has(one)) throw new Error(`resource ${JSON.stringify(one)} is specified more than once`);
      seen.add(one);
    }
}

const TYPES = ['identity', 'aesgcm', 'aescbc', 'secretbox', 'kms'] as const;

function providerOf(value: unknown, path: string, names: Set<string>): Provider {
  const fields = mapOf(value, path, TYPES);
  const given = TYPES.filter((type) => type in fields);
  const [type] = given;
  if (!type)
    throw new Error(`${path}: provider does not contain any of the expected providers: ${TYPES.join(', ')}`);
  if (given.length > 1)
    throw new Error(
      `${path}: more than one provider specified in a single element, should split into different list elements`,
    );
  if (type === 'identity') return { type };
  // XSalsa20 is not part of OpenSSL, on which all other providers rest.
  if (type === 'secretbox') throw new Error(`${path}.secretbox: not supported; use aesgcm`);
  return type === 'kms'
    ? kmsOf(fields.kms, `${path}.kms`, names)
    : { type, keys: keysOf(fields[type], `${path}.${type}`) };
}

function keysOf(value: unknown, path: string): NamedKey[] {
  const { keys } = mapOf(value, path, ['keys']);
  return listOf(keys, `${path}.keys`, 'key').map((entry, i) => {
    const at = `${path}.keys[${i}]`;
    const { name, secret } = mapOf(entry, at, ['name', 'secret']);
    if (typeof name !== 'string' || name === '')
      throw new Error(`${at}.name: Required value: name is a mandatory field for a key`);
    if (typeof secret !== 'string' || secret === '')
      throw new Error(`${at}.secret: Required value: secret is a mandatory field for a key`);
    const key = Buffer.from(secret, 'base64');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(secret.trim()))
      throw new Error(`${at}.secret: Invalid value: "REDACTED": secrets must be base64 encoded`);
    if (!KEY_SIZES.includes(key.length))
      throw new Error(
        `${at}.secret: Invalid value: "REDACTED": secret is not of the expected length, got ${key.length}, expected one of [${KEY_SIZES.join(' ')}]`,
      );
    return { name, key };
  });
}

function kmsOf(value: unknown, path: string, names: Set<string>): KmsProvider {
  const { name, endpoint, timeout, apiVersion, cachesize } = mapOf(value, path, [
    'apiVersion',
    'name',
    'endpoint',
    'timeout',
    'cachesize',
  ]);
  if (apiVersion !== 'v2')
    throw new Error(`${path}.apiVersion: unsupported apiVersion for KMS provider, only v2 is supported`);
  if (cachesize !== undefined) throw new Error(`${path}.cachesize: cachesize is not supported in v2`);
  if (typeof name !== 'string' || name === '')
    throw new Error(`${path}.name: Required value: name is a mandatory field for a provider`);
  if (name.includes(':'))
    throw new Error(`${path}.name: invalid KMS provider name ${name}, must not contain ':'`);
  if (names.has(name))
    throw new Error(`${path}.name: duplicate KMS provider name ${name}, names must be unique`);
  names.add(name);
  if (typeof endpoint !== 'string' || endpoint === '')
    throw new Error(`${path}.endpoint: endpoint is a mandatory field for a kms`);
  if (!endpoint.startsWith('unix://'))
    throw new Error(`${path}.endpoint: unsupported scheme for KMS provider, only unix is supported`);
  // unix:///path, and unix://@name for an abstract socket.
  const socket = endpoint.slice('unix://'.length).replace(/^@/, '\0');
  return { type: 'kms', name, socket, timeoutMs: timeoutOf(timeout, `${path}.timeout`) };
}

function timeoutOf(value: unknown, path: string): number {
  if (value === undefined) return KMS_TIMEOUT;
  const milliseconds = typeof value === 'string' ? durationMs(value) : undefined;
  if (milliseconds === undefined) throw new Error(`${path}: invalid duration`);
  if (milliseconds <= 0) throw new Error(`${path}: timeout should be a positive value`);
  return milliseconds;
}
