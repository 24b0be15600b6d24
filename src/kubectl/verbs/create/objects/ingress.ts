// What `create ingress` makes of its flags. Pure; called by the command beside it.
import type {
  HTTPIngressPath,
  IngressBackend,
  IngressRule,
  IngressTLS,
} from '../../../../api/kinds/networking/v1/ingress.ts';
import { Ingress } from '../../../../api/kinds/networking/v1/ingress.ts';
import { intOrString } from '../../../text/numbers.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';

export interface IngressFlags {
  readonly class: string;
  /** `host/path=service:port[,tls[=secret]]` each. */
  readonly rules: readonly string[];
  readonly defaultBackend: string;
  readonly annotations: readonly string[];
}

export function ingressOf(place: Place, flags: IngressFlags): Made {
  check(flags);
  const { rules, defaultBackend } = flags;
  const annotations = flags.annotations.map((text): [string, string] => {
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const tls = tlsOf(rules);
  return madeOf(Ingress, {
    metadata: {
      ...metadataOf(place),
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    },
    spec: {
      ...(flags.class && { ingressClassName: flags.class }),
      ...(defaultBackend && { defaultBackend: backendOf(defaultBackend) }),
      ...(tls.length > 0 && { tls }),
      rules: rulesOf(rules),
    },
  });
}

function check({ rules, annotations, defaultBackend }: IngressFlags): void {
  if (defaultBackend === '' && rules.length === 0)
    throw new Error(
      'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
    );
  for (const rule of rules)
    if (!isRule(rule))
      throw new Error(
        `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
      );
  for (const annotation of annotations)
    if (!annotation.includes('='))
      throw new Error(`annotation ${annotation} is invalid and should be in format key=[value]`);
  if (defaultBackend !== '' && defaultBackend.split(':').length !== 2)
    throw new Error('default-backend should be in format servicename:serviceport');
}

/** A host, then a path, then somewhere behind it a service and a port. */
function isRule(rule: string): boolean {
  const slash = rule.indexOf('/');
  if (slash < 0 || !/^[\w*.-]*$/.test(rule.slice(0, slash))) return false;
  const path = rule.slice(slash);
  return !path.split('=')[0]!.includes('\n') && /=[\w-]+:[\w-]/.test(path);
}

/** Each host stands once; hosts with the same secret stand together. */
function tlsOf(rules: readonly string[]): IngressTLS[] {
  const tls: { hosts?: string[]; secretName?: string }[] = [];
  const hosts = new Set<string>();
  for (const rule of rules) {
    const parts = rule.split(',');
    const host = rule.split('/')[0]!;
    if (parts.length !== 2 || hosts.has(host)) continue;
    hosts.add(host);
    const secret = parts[1]!.split('=')[1] ?? '';
    const same = tls.find(({ secretName = '' }) => secretName === secret);
    if (same) same.hosts = [...(same.hosts ?? []), host];
    else if (host !== '' || secret !== '')
      tls.push({ ...(host && { hosts: [host] }), ...(secret && { secretName: secret }) });
  }
  return tls;
}

function rulesOf(texts: readonly string[]): IngressRule[] {
  const paths = new Map<string, HTTPIngressPath[]>();
  for (const text of texts) {
    const rule = text.split(',')[0]!;
    const slash = rule.indexOf('/');
    const host = rule.slice(0, slash);
    const path = pathOf(rule.slice(slash));
    const same = paths.get(host);
    if (same) same.push(path);
    else paths.set(host, [path]);
  }
  return [...paths].map(([host, ofHost]) => ({ ...(host && { host }), http: { paths: ofHost } }));
}

/** A star at the end stands for a prefix. */
function pathOf(text: string): HTTPIngressPath {
  const [path = '', service = ''] = text.split('=');
  const isPrefix = path.endsWith('*');
  return {
    path: isPrefix ? path.slice(0, -1) : path,
    pathType: isPrefix ? 'Prefix' : 'Exact',
    backend: backendOf(service),
  };
}

function backendOf(text: string): IngressBackend {
  const [name = '', port = ''] = text.split(':');
  const target = intOrString(port);
  return { service: { name, port: typeof target === 'number' ? { number: target } : { name: target } } };
}
