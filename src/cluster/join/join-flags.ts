// What `tiphys join` can be told, and what of it is wrong. Throws UserErrors, in upstream's words where it has any.

import type { KubeletTaint } from '../../kubelet/options.ts';
import { UserError } from '../progress.ts';
import type { AgentFlags } from '../standalone/node-agent.ts';

export interface JoinFlags extends Omit<AgentFlags, 'clusterDomain'> {
  /** HOST:PORT; empty where the machine has joined before. */
  readonly servers: readonly string[];
  readonly token?: string;
  readonly tokenFile?: string;
  readonly discoveryFile?: string;
  readonly caHash: readonly string[];
  readonly unsafeSkipCaVerification: boolean;
  readonly nodeName?: string;
  readonly nodeLabels?: string;
  readonly registerWithTaints?: string;
}

const PORT = 6443;

/** https://HOST:PORT of what a user wrote: a host with or without port, or a URL. */
export function serverUrl(text: string): string {
  const url = URL.parse(text.includes('://') ? text : `https://${bracketed(text)}`);
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.username || url.search)
    throw new UserError(`${text}: give a server as HOST:PORT`);
  return `https://${url.hostname}:${url.port || (hasPort(text) ? 443 : PORT)}`;
}

const hasPort = (text: string): boolean => /:443\/?$/.test(text);

/** A bare IPv6 address has more than one colon. */
const bracketed = (text: string): string =>
  text.split(':').length > 2 && !text.startsWith('[') ? `[${text}]` : text;

/** `a=b,c=d`, as the kubelet's --node-labels. */
export function labelsOf(text = ''): Record<string, string> {
  const pairs = text.split(',').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new UserError(`--node-labels ${text}: ${pair} has not the form key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** `key=value:Effect,key:Effect`, as the kubelet's --register-with-taints. */
export function taintsOf(text = ''): KubeletTaint[] {
  const taints = text.split(',').filter(Boolean).map(taintOf);
  const seen = new Set<string>();
  for (const { key, effect } of taints) {
    if (seen.has(`${key}:${effect}`))
      throw new UserError(`duplicated taints with the same key and effect: ${key}:${effect}`);
    seen.add(`${key}:${effect}`);
  }
  return taints;
}

function taintOf(text: string): KubeletTaint {
  const [pair = '', word = '', ...others] = text.split(':');
  const [key = '', value, ...more] = pair.split('=');
  const effect = EFFECTS.find((one) => one === word);
  if (!key || others.length > 0 || more.length > 0)
    throw new UserError(`invalid taint spec: ${text}, use key=value:Effect`);
  if (!effect) throw new UserError(`invalid taint effect: ${word}, unsupported taint effect`);
  return { key, ...(value && { value }), effect };
}
