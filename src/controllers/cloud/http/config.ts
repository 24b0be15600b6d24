// The file of --cloud-config for --cloud-provider=http: where the provider is, and how each side knows the other.
import { dirname, isAbsolute, join } from 'node:path';
import { readConfiguration } from '../../../api/codec/configuration-file.ts';
import { durationMs } from '../../../api/meta/v1/duration.ts';
import { type Of, ref, string, struct } from '../../../api/schema/notation.ts';
import { scopeOf } from '../../../kit/ip-scope.ts';
import { API_VERSION } from './answers.ts';
import type { CallerSettings } from './caller.ts';

const PACKAGE = 'tiphys.cloud.v1';

const Tls = struct(`${PACKAGE}.TLS`, {
  caFile: string(0),
  certFile: string(0),
  keyFile: string(0),
  serverName: string(0),
});

const HTTPCloudConfig = struct(`${PACKAGE}.HTTPCloudConfig`, {
  apiVersion: string(0),
  kind: string(0),
  url: string(0),
  timeout: string(0),
  tokenFile: string(0),
  tls: ref(0, Tls),
});
interface HTTPCloudConfig extends Of<typeof HTTPCloudConfig> {}

/** Milliseconds: what takes longer is to be answered with 503 and done meanwhile. */
const TIMEOUT = { usual: 30_000, longest: 5 * 60_000 };

export interface ConfigFiles {
  /** Of --cloud-config; paths in it start from its folder. */
  readonly path: string;
  read(path: string): string;
}

/** Throws an Error that says what is wrong, also with the files that it names. */
export function readHttpCloudConfig({ path, read }: ConfigFiles): CallerSettings {
  const config = readConfiguration(HTTPCloudConfig, 'HTTPCloudConfig', [API_VERSION], read(path));
  const { url = '', timeout, tls = {} } = config;
  checkUrl(url);
  if (!tls.certFile !== !tls.keyFile) throw new Error('tls.certFile and tls.keyFile are given together');
  const timeoutMs = timeout ? durationMs(timeout) : TIMEOUT.usual;
  if (timeoutMs === undefined || timeoutMs <= 0 || timeoutMs > TIMEOUT.longest)
    throw new Error(`timeout must be a duration such as 30s, of ${TIMEOUT.longest / 60_000}m at most`);
  const fromFile = (file: string) => read(isAbsolute(file) ? file : join(dirname(path), file));
  const credentials = () => credentialsOf(config, fromFile);
  // What is missing is told at once, not at the first call.
  credentials();
  return { url, timeoutMs, credentials };
}

function credentialsOf({ tls = {}, tokenFile }: HTTPCloudConfig, read: (file: string) => string) {
  const { caFile, certFile, keyFile, serverName } = tls;
  return {
    ...(caFile && { ca: read(caFile) }),
    ...(certFile && keyFile && { cert: read(certFile), key: read(keyFile) }),
    ...(serverName && { serverName }),
    ...(tokenFile && { token: tokenIn(read(tokenFile)) }),
  };
}

function tokenIn(text: string): string {
  const token = text.trim();
  if (/^[!-~]{1,4096}$/.test(token)) return token;
  throw new Error('the file of tokenFile must hold one token without spaces');
}

/** Anybody on the way could answer for the provider, or read the token: without TLS only on this machine. */
function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new Error('url must be an https URL');
  if (url.username || url.password || url.search || url.hash)
    throw new Error('url must have no user, query or fragment');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'http:' && host !== 'localhost' && scopeOf(host) !== 'loopback')
    throw new Error('url must be an https URL, unless the provider is on this machine (127.0.0.1)');
}
