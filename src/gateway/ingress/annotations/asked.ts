// auth-url and its companions: another server is asked before each request. It is a Service of the Ingress's own namespace, since the
// door reaches others that the Ingress's user may not, and shows him their answers.
import { isFraming, isLocation, isName, isTargetPath, isToken } from '../../model/alphabets.ts';
import type { Asked } from '../../model/policy.ts';
import { type Annotations, refused } from './read.ts';

export interface AskedService {
  readonly name: string;
  /** Undefined: the Ingress's own. */
  readonly namespace?: string;
  readonly port: number;
  readonly protocol: 'http' | 'https';
}

/** `backend` gives the name of the one for a Service, and throws when it may not be asked. */
export function askedOf(
  annotations: Annotations,
  backend: (service: AskedService) => string,
): Asked | undefined {
  const url = annotations.text('auth-url');
  const signIn = signInOf(annotations);
  const receive =
    annotations.list('auth-response-headers', (name) => isToken(name) && !isFraming(name)) ?? [];
  annotations.checked('auth-method', (text) => text === 'GET');
  // What is done to the question by a snippet or another object's headers is not understood.
  for (const other of ['auth-snippet', 'auth-proxy-set-headers'])
    annotations.checked(other, () => url === undefined);
  if (url === undefined) return undefined;
  const { service, path } = urlOf(url);
  return { backend: backend(service), path, alone: true, send: [], receive, ...(signIn && { signIn }) };
}

/** http://name.namespace.svc.cluster.local:port/path, with what is left out as in DNS. */
function urlOf(url: string): { service: AskedService; path: string } {
  const [scheme = '', rest = '', ...more] = url.split('://');
  const slash = rest.indexOf('/');
  const [host = '', number, ...others] = (slash < 0 ? rest : rest.slice(0, slash)).split(':');
  const path = slash < 0 ? '/' : rest.slice(slash);
  const [name = '', namespace, ...domain] = host.split('.');
  const port = number === undefined ? (scheme === 'https' ? 443 : 80) : Number(number);
  const isUnderstood =
    (scheme === 'http' || scheme === 'https') &&
    more.length + others.length === 0 &&
    ['', 'svc', 'svc.cluster.local'].includes(domain.join('.')) &&
    isName(name) &&
    (number === undefined || /^[0-9]{1,5}$/.test(number)) &&
    isTargetPath(path);
  if (!isUnderstood) throw refused('auth-url', url);
  const service = { name, ...(namespace && { namespace }), port, protocol: scheme as 'http' | 'https' };
  return { service, path };
}

const ENDS = ['$escaped_request_uri', '$scheme://$http_host$escaped_request_uri'];

/** Up to where the escaped URL of the request follows: ingress-nginx adds it as `rd` where the URL does not say where it goes. */
function signInOf(annotations: Annotations): string | undefined {
  const text = annotations.text('auth-signin');
  if (text === undefined) return undefined;
  const relative = text.replace(/^https?:\/\/\$host\//, '/');
  const end = ENDS.find((one) => relative.endsWith(`rd=${one}`));
  const url = end ? relative.slice(0, -end.length) : `${relative}${relative.includes('?') ? '&' : '?'}rd=`;
  if (!isLocation(url)) throw refused('auth-signin', text);
  return url;
}
