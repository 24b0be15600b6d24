// What the ConfigMap kube-system/kube-dns says about names outside the cluster, in the words of kube-dns (`stubDomains`,
// `upstreamNameservers`), and whether searches are answered at once (`autopath`). Pure.
import { isName, labelsOf } from '../message/name.ts';
import { type ServerAddress, serverAddress } from './server-address.ts';

export interface ForwardSettings {
  /** Servers by domain, which are asked for its names and those below. */
  readonly stubDomains: ReadonlyMap<string, readonly ServerAddress[]>;
  /** Instead of those of the node's resolv.conf. */
  readonly upstream: readonly ServerAddress[] | undefined;
  readonly autopath: boolean;
}

export const NO_SETTINGS: ForwardSettings = { stubDomains: new Map(), upstream: undefined, autopath: false };

/** Characters of a key's text, and stub domains. */
const MOST_TEXT = 64 * 1024;
const MOST_DOMAINS = 1_000;
/** As in kube-dns. */
const MOST_UPSTREAM = 3;
const MOST_STUB_SERVERS = 15;

/** Throws an error that says what is wrong. */
export function forwardSettings(data: Readonly<Record<string, string>>): ForwardSettings {
  const { autopath = '' } = data;
  if (!['', 'true', 'false'].includes(autopath.trim())) throw new Error('autopath: must be true or false');
  return {
    stubDomains: stubDomains(parsed('stubDomains', data.stubDomains)),
    upstream: upstream(parsed('upstreamNameservers', data.upstreamNameservers)),
    autopath: autopath.trim() === 'true',
  };
}

function parsed(key: string, text = ''): unknown {
  if (text.trim() === '') return undefined;
  if (text.length > MOST_TEXT) throw new Error(`${key}: has more than ${MOST_TEXT} characters`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${key}: is not JSON`, { cause });
  }
}

function stubDomains(value: unknown): Map<string, readonly ServerAddress[]> {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('stubDomains: must map domains to lists of servers');
  const domains = Object.entries(value);
  if (domains.length > MOST_DOMAINS) throw new Error(`stubDomains: has more than ${MOST_DOMAINS} domains`);
  return new Map(
    domains.map(([domain, list]) => [
      domainOf(domain),
      serversOf(list, `stubDomains[${domain}]`, MOST_STUB_SERVERS),
    ]),
  );
}

function domainOf(text: string): string {
  const domain = text.toLowerCase().replace(/\.$/, '');
  const valid = labelsOf(domain).every((label) => /^[a-z0-9_]([-_a-z0-9]*[a-z0-9_])?$/.test(label));
  if (!domain || !isName(domain) || !valid) throw new Error(`stubDomains: ${text} is not a domain`);
  return domain;
}

function upstream(value: unknown): readonly ServerAddress[] | undefined {
  if (value === undefined) return undefined;
  const servers = serversOf(value, 'upstreamNameservers', MOST_UPSTREAM);
  return servers.length ? servers : undefined;
}

function serversOf(value: unknown, path: string, most: number): ServerAddress[] {
  if (!Array.isArray(value)) throw new Error(`${path}: must be a list of servers`);
  if (value.length > most) throw new Error(`${path}: has more than ${most} servers`);
  return value.map((text) => {
    const address = typeof text === 'string' ? serverAddress(text) : undefined;
    if (!address) throw new Error(`${path}: ${JSON.stringify(text)} is not IP or IP:port`);
    return address;
  });
}

/** The longest stub domain that contains `name`. */
export function stubDomainOf({ stubDomains }: ForwardSettings, name: string): string | undefined {
  if (stubDomains.size === 0) return undefined;
  for (let rest = name; rest; rest = parentOf(rest)) if (stubDomains.has(rest)) return rest;
  return undefined;
}

const parentOf = (name: string): string => {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
};
