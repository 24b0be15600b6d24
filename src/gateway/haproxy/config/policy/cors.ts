// CORS at the door: what a browser asks for before a request is answered here, and answers are marked with the origin. Pure.
import type { Cors } from '../../../model/policy.ts';
import type { Written } from '../written.ts';

const ORIGIN = 'var(txn.origin)';
const IS_PREFLIGHT = `METH_OPTIONS { req.hdr(access-control-request-method) -m found }`;

export function corsRequestRules(cors: Cors | undefined, written: Written): string[] {
  if (!cors) return [];
  const { methods, headers, expose, credentials, maxAge } = cors;
  // With credentials browsers take '*' for a name: what was asked for is named then.
  const listOf = (list: string, asked: string) =>
    list === '*' && credentials ? `%[req.fhdr(access-control-request-${asked})]` : list && written.text(list);
  const answer = [
    ['Access-Control-Allow-Origin', `%[${ORIGIN}]`],
    ['Access-Control-Allow-Methods', listOf(methods, 'method')],
    ['Access-Control-Allow-Headers', listOf(headers, 'headers')],
    ['Access-Control-Max-Age', String(maxAge)],
    ...(expose ? [['Access-Control-Expose-Headers', written.text(expose)]] : []),
    ...(credentials ? [['Access-Control-Allow-Credentials', 'true']] : []),
    ...(isEveryOrigin(cors) ? [] : [['Vary', 'Origin']]),
  ];
  const fields = answer.flatMap(([name, value]) => (value ? [`hdr ${name} "${value}"`] : [])).join(' ');
  return [
    ...cors.origins.map((origin) => originRule(origin, cors)),
    `http-request return status 204 ${fields} if ${IS_PREFLIGHT} { ${ORIGIN} -m found }`,
    ...(cors.origins.includes('*') ? [] : [`http-request return status 204 if ${IS_PREFLIGHT}`]),
  ];
}

const isEveryOrigin = ({ origins, credentials }: Cors): boolean => origins.includes('*') && !credentials;

function originRule(origin: string, cors: Cors): string {
  const set = 'http-request set-var(txn.origin) req.hdr(origin) if';
  if (origin === '*')
    return isEveryOrigin(cors)
      ? 'http-request set-var(txn.origin) str("*") if { req.hdr(origin) -m found }'
      : `${set} { req.hdr(origin) -m found }`;
  const [scheme, authority] = origin.split('://');
  if (!authority!.startsWith('*')) return `${set} { req.hdr(origin) -m str ${origin} }`;
  const rest = authority!.slice(1);
  return `${set} { req.hdr(origin) -m beg ${scheme}:// }${rest ? ` { req.hdr(origin) -m end ${rest} }` : ''}`;
}

export function corsResponseRules(cors: Cors | undefined, written: Written): string[] {
  if (!cors) return [];
  const headers = [
    ['Access-Control-Allow-Origin', `%[${ORIGIN}]`],
    ...(cors.credentials ? [['Access-Control-Allow-Credentials', 'true']] : []),
    ...(cors.expose ? [['Access-Control-Expose-Headers', written.text(cors.expose)]] : []),
    ...(isEveryOrigin(cors) ? [] : [['Vary', 'Origin']]),
  ];
  return headers.map(
    ([name, value]) => `http-response set-header ${name} "${value}" if { ${ORIGIN} -m found }`,
  );
}
