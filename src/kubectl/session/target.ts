// What a request needs to reach and convince the server, made from the effective configuration: files are read, a credential plugin
// is run. Made once per command, by session.ts.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TlsTarget } from '../../kit/http1/upgrade.ts';
import type { Io } from '../io/io.ts';
import { type PluginPolicy, refusal } from './credentials/plugin-policy.ts';
import type { Effective } from './effective.ts';

export interface Target {
  /** The path that all requests have in front; empty or without slash at its end. */
  readonly basePath: string;
  readonly url: URL;
  /** Undefined for clear text. */
  readonly tls: TlsTarget | undefined;
  /** Authorization, impersonation and the program's name. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly proxy: URL | undefined;
  readonly compressed: boolean;
}

export interface TargetOptions {
  readonly userAgent: string;
  /** Which credential plugins may run; all when left out. */
  readonly plugins?: PluginPolicy | undefined;
  /** The command reads objects or variables from standard input: a credential plugin cannot ask there. */
  readonly stdinTaken?: boolean;
}

export async function targetOf(effective: Effective, io: Io, options: TargetOptions): Promise<Target> {
  const { cluster, user } = effective;
  const url = serverUrl(cluster.server, usesTls(effective));
  const at = (path: string) => resolve(io.cwd, path);
  const pem = (data: string | undefined, path: string | undefined, what: string) => {
    if (data) return Buffer.from(data, 'base64');
    if (!path) return undefined;
    try {
      return readFileSync(at(path));
    } catch {
      throw new Error(`unable to read ${what} ${path} due to open ${path}: no such file or directory`);
    }
  };
  const headers: Record<string, string | readonly string[]> = { 'user-agent': options.userAgent };
  let tls: TlsTarget | undefined;
  if (url.protocol === 'https:') {
    tls = defined({
      ca: pem(
        cluster['certificate-authority-data'],
        cluster['certificate-authority'],
        'certificate-authority',
      ),
      cert: pem(user['client-certificate-data'], user['client-certificate'], 'client-cert'),
      key: pem(user['client-key-data'], user['client-key'], 'client-key'),
      servername: cluster['tls-server-name'] || undefined,
      rejectUnauthorized: cluster['insecure-skip-tls-verify'] ? false : undefined,
    });
    await authorize(effective, io, headers, tls, options);
  }
  impersonate(user, headers);
  const proxy = cluster['proxy-url'] || proxyFromEnvironment(url, io.env);
  return {
    url,
    basePath: url.pathname.replace(/\/$/, ''),
    tls,
    headers,
    proxy: proxy ? new URL(proxy) : undefined,
    compressed: !cluster['disable-compression'],
  };
}

/** A credential plugin runs only where nothing else says who the user is: no token, no password, no certificate. */
async function authorize(
  { user, cluster }: Effective,
  io: Io,
  headers: Record<string, string | readonly string[]>,
  tls: TlsTarget,
  { plugins, stdinTaken }: TargetOptions,
): Promise<void> {
  const tokenFile = user.token ? '' : user.tokenFile;
  const token = user.token || (tokenFile && readFileSync(resolve(io.cwd, tokenFile), 'utf8').trim());
  if (token) headers.authorization = `Bearer ${token}`;
  else if (user.username || user.password)
    headers.authorization = `Basic ${Buffer.from(`${user.username ?? ''}:${user.password ?? ''}`).toString('base64')}`;
  else if (user.exec && !tls.cert) {
    const refused = refusal(user.exec.command, plugins);
    if (refused) throw new Error(`getting credentials: ${refused}`);
    const { execCredential } = await import('./credentials/exec-credential.ts');
    const credential = await execCredential(user.exec, cluster, io, stdinTaken);
    if (credential.token) headers.authorization = `Bearer ${credential.token}`;
    if (credential.clientCertificateData && credential.clientKeyData) {
      tls.cert = credential.clientCertificateData;
      tls.key = credential.clientKeyData;
    }
  } else if (user['auth-provider'])
    throw new Error(`no Auth Provider found for name "${user['auth-provider'].name ?? ''}"`);
}

function impersonate(user: Effective['user'], headers: Record<string, string | readonly string[]>): void {
  if (!user.as) return;
  headers['impersonate-user'] = user.as;
  if (user['as-uid']) headers['impersonate-uid'] = user['as-uid'];
  if (user['as-groups']?.length) headers['impersonate-group'] = user['as-groups'];
  for (const [key, values] of Object.entries(user['as-user-extra'] ?? {}))
    headers[`impersonate-extra-${headerKey(key)}`] = values;
}

/** Bytes that may not stand in a header's name, and `%`, as %XX. */
const headerKey = (key: string): string =>
  [...Buffer.from(key)]
    .map((byte) => String.fromCharCode(byte))
    .map((char) =>
      /[!#$&'*+\-.^_`|~0-9A-Za-z]/.test(char)
        ? char
        : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

function usesTls({ cluster, user }: Effective): boolean {
  return Boolean(
    cluster['certificate-authority'] ||
      cluster['certificate-authority-data'] ||
      cluster['insecure-skip-tls-verify'] ||
      user['client-certificate'] ||
      user['client-certificate-data'] ||
      user.exec,
  );
}

/** A server without a scheme speaks TLS when there is anything about TLS in the configuration. */
function serverUrl(server: string, tls: boolean): URL {
  const text = /^https?:\/\//i.test(server) ? server : `${tls ? 'https' : 'http'}://${server}`;
  try {
    const url = new URL(text);
    url.search = '';
    url.hash = '';
    return url;
  } catch {
    throw new Error(`host must be a URL or a host:port pair: "${server}"`);
  }
}

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY as Go reads them; never for this machine itself. */
export function proxyFromEnvironment(
  url: URL,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const of = (name: string) => env[name] || env[name.toLowerCase()];
  const proxy = of(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (!proxy) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host.startsWith('127.') || host === '::1') return undefined;
  for (const entry of (of('NO_PROXY') ?? '').split(',').map((part) => part.trim().toLowerCase())) {
    if (entry === '') continue;
    const name = entry.replace(/:\d+$/, '').replace(/^\*?\./, '');
    if (entry === '*' || host === name || host.endsWith(`.${name}`)) return undefined;
  }
  return /:\/\//.test(proxy) ? proxy : `http://${proxy}`;
}

function defined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
