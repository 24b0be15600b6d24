// registries.yaml as k3s has it: for each registry the endpoints that are asked in its place, and for each endpoint how to connect and
// as whom. Read by the registry's process, and by the cluster to tell containerd which registries it should ask here.
import { isAbsolute, resolve } from 'node:path';
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import { isHost } from '../names.ts';

export interface Registries {
  readonly mirrors: ReadonlyMap<string, Mirror>;
  readonly configs: ReadonlyMap<string, RegistryConfig>;
}

export interface Mirror {
  /** URLs, in the order in which they are asked. */
  readonly endpoints: readonly string[];
  /** Patterns for a repository's name, in Go's syntax, and what replaces a match. */
  readonly rewrites: readonly { readonly pattern: string; readonly replacement: string }[];
}

export interface RegistryConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly tls?: {
    /** Absolute paths. */
    readonly certFile?: string;
    readonly keyFile?: string;
    readonly caFile?: string;
    readonly insecureSkipVerify?: boolean;
  };
}

/** Stands for every registry that has no mirror of its own. */
export const EVERY = '*';

const LONGEST_FILE = 1024 * 1024;
const MOST = 1_000;
const LONGEST_PATTERN = 1_000;

type Fields = Readonly<Record<string, unknown>>;

export class RegistriesError extends Error {}

/** `directory`: where the paths in it begin. Throws what is wrong, without secrets. */
export function parseRegistries(text: string, directory: string): Registries {
  if (text.length > LONGEST_FILE) throw new RegistriesError(`it has more than ${LONGEST_FILE} characters`);
  const document = mapping(parsed(text), 'the file');
  onlyFields(document, ['mirrors', 'configs'], 'the file');
  const mirrors = entries(document.mirrors, 'mirrors').map(([host, value]) => {
    if (host !== EVERY && !isHost(host)) throw new RegistriesError(`mirrors: ${host} is no host`);
    return [host, mirrorOf(value, `mirrors.${host}`)] as const;
  });
  const configs = entries(document.configs, 'configs').map(([host, value]) => {
    if (host !== EVERY && !isHost(host)) throw new RegistriesError(`configs: ${host} is no host`);
    return [host, configOf(value, `configs.${host}`, directory)] as const;
  });
  return { mirrors: new Map(mirrors), configs: new Map(configs) };
}

/** The parser's own words may quote a line with a password. */
function parsed(text: string): unknown {
  try {
    // One of comments alone has none.
    return parseYamlDocuments(text)[0] ?? {};
  } catch (error) {
    const line = /\((\d{1,7}):\d{1,7}\)/.exec(error instanceof Error ? error.message : '')?.[1];
    throw new RegistriesError(line === undefined ? 'invalid YAML' : `invalid YAML in line ${line}`);
  }
}

function mirrorOf(value: unknown, at: string): Mirror {
  const fields = mapping(value ?? {}, at);
  onlyFields(fields, ['endpoint', 'rewrite'], at);
  const endpoints = fields.endpoint ?? [];
  if (!Array.isArray(endpoints) || endpoints.length > MOST)
    throw new RegistriesError(`${at}.endpoint: a list of URLs is expected`);
  return {
    endpoints: endpoints.map((url) => endpointOf(url, `${at}.endpoint`)),
    rewrites: entries(fields.rewrite, `${at}.rewrite`).map(([pattern, replacement]) => {
      if (typeof replacement !== 'string' || pattern.length > LONGEST_PATTERN)
        throw new RegistriesError(
          `${at}.rewrite: a pattern of at most ${LONGEST_PATTERN} characters and a text`,
        );
      return { pattern, replacement };
    }),
  };
}

function endpointOf(value: unknown, at: string): string {
  const text = typeof value === 'string' && !value.includes('://') ? `https://${value}` : value;
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash)
    throw new RegistriesError(`${at}: a URL such as https://mirror.example.com:5000 is expected`);
  if (url.username || url.password)
    throw new RegistriesError(`${at}: a name and password belong into configs, not into a URL`);
  return url.href.replace(/\/$/, '');
}

function configOf(value: unknown, at: string, directory: string): RegistryConfig {
  const fields = mapping(value ?? {}, at);
  onlyFields(fields, ['auth', 'tls'], at);
  const auth = mapping(fields.auth ?? {}, `${at}.auth`);
  onlyFields(auth, ['username', 'password', 'auth', 'identity_token'], `${at}.auth`);
  const text = (name: string) => textOf(auth[name], `${at}.auth.${name}`);
  const both = text('auth');
  const plain = both === undefined ? undefined : Buffer.from(both, 'base64').toString();
  const colon = plain?.indexOf(':') ?? -1;
  if (plain !== undefined && colon < 0)
    throw new RegistriesError(`${at}.auth.auth: base64 of USER:PASSWORD is expected`);
  const username = text('username') ?? plain?.slice(0, colon);
  const password = text('password') ?? plain?.slice(colon + 1);
  const identityToken = text('identity_token');
  if ((username === undefined) !== (password === undefined))
    throw new RegistriesError(`${at}.auth: username and password belong together`);
  const tls = tlsOf(mapping(fields.tls ?? {}, `${at}.tls`), `${at}.tls`, directory);
  return {
    ...(username !== undefined && { username, password: password! }),
    ...(identityToken && { identityToken }),
    ...(tls && { tls }),
  };
}

function tlsOf(fields: Fields, at: string, directory: string): RegistryConfig['tls'] {
  if (Object.keys(fields).length === 0) return undefined;
  onlyFields(fields, ['cert_file', 'key_file', 'ca_file', 'insecure_skip_verify'], at);
  const path = (name: string) => {
    const text = textOf(fields[name], `${at}.${name}`);
    return text === undefined || isAbsolute(text) ? text : resolve(directory, text);
  };
  const [certFile, keyFile, caFile] = [path('cert_file'), path('key_file'), path('ca_file')];
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new RegistriesError(`${at}: cert_file and key_file belong together`);
  const skip = fields.insecure_skip_verify;
  if (skip !== undefined && typeof skip !== 'boolean')
    throw new RegistriesError(`${at}.insecure_skip_verify: true or false is expected`);
  return {
    ...(certFile && keyFile && { certFile, keyFile }),
    ...(caFile && { caFile }),
    ...(skip && { insecureSkipVerify: true }),
  };
}

function mapping(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RegistriesError(`${at}: a mapping is expected`);
  return value as Fields;
}

function entries(value: unknown, at: string): [string, unknown][] {
  const found = Object.entries(mapping(value ?? {}, at));
  if (found.length > MOST) throw new RegistriesError(`${at}: more than ${MOST} entries`);
  return found;
}

function onlyFields(fields: Fields, known: readonly string[], at: string): void {
  const other = Object.keys(fields).find((name) => !known.includes(name));
  if (other !== undefined)
    throw new RegistriesError(`${at}: unknown field ${other.slice(0, 100)}; known are ${known.join(', ')}`);
}

function textOf(value: unknown, at: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new RegistriesError(`${at}: a text is expected (quote numbers)`);
  return value;
}
