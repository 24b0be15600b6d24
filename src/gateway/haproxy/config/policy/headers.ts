// Changes of headers, rewritten paths and redirects. Pure. Texts of users are read from a map (Written.text), names stand in quotes.
import type { HeaderChanges, Policy, Redirect, Rewrite } from '../../../model/policy.ts';
import { quoted, type Written } from '../written.ts';

export function headerRules(
  on: 'http-request' | 'http-response',
  changes: HeaderChanges | undefined,
  written: Written,
): string[] {
  if (!changes) return [];
  const valued = (action: string, headers: HeaderChanges['set']) =>
    headers.map(({ name, value }) => `${on} ${action} ${quoted(name)} ${written.text(value)}`);
  return [
    ...changes.remove.map((name) => `${on} del-header ${quoted(name)}`),
    ...valued('set-header', changes.set),
    ...valued('add-header', changes.add),
  ];
}

/** The route was found by the decoded path; in a rewrite characters are counted. */
const prefixRule = ({ keep }: Rewrite): string[] =>
  keep?.prefix ? [`http-request deny deny_status 400 unless { path -m beg -- ${quoted(keep.prefix)} }`] : [];

const pathText = ({ to, keep }: Rewrite, written: Written): string =>
  `${to && written.text(to)}${keep ? `%[path,bytes(${keep.from})]` : ''}`;

export const rewriteRules = (rewrite: Policy['rewrite'], written: Written): string[] =>
  rewrite ? [...prefixRule(rewrite), `http-request set-path ${pathText(rewrite, written)}`] : [];

export function redirectRules(redirect: Policy['redirect'], written: Written): string[] {
  if (!redirect) return [];
  if ('location' in redirect)
    return [`http-request redirect code ${redirect.code} location ${redirect.location}`];
  return [
    ...(redirect.path ? prefixRule(redirect.path) : []),
    // Without the port. A request of HTTP/1.0 need not have a host.
    'http-request set-var(txn.name) req.hdr(host),regsub(:[0-9]*$,)',
    ...(redirect.port === undefined && redirect.scheme === undefined
      ? [
          'http-request set-var-fmt(txn.port) ":%[dst_port]" unless { dst_port 80 } !{ ssl_fc } or { dst_port 443 } { ssl_fc }',
        ]
      : []),
    'http-request set-var(txn.query) query',
    'http-request set-var-fmt(txn.query) "?%[var(txn.query)]" if { var(txn.query) -m len gt 0 }',
    locationRule(redirect, 'http', written),
    locationRule(redirect, 'https', written),
  ];
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** `came` is how the request came. The port is the redirect's, the scheme's if it names one, or that of the entrance. */
function locationRule(redirect: Redirect, came: 'http' | 'https', written: Written): string {
  const scheme = redirect.scheme ?? came;
  const known = redirect.port ?? (redirect.scheme && DEFAULT_PORTS[redirect.scheme]);
  const port = known === undefined ? '%[var(txn.port)]' : known === DEFAULT_PORTS[scheme] ? '' : `:${known}`;
  const host = redirect.host ?? '%[var(txn.name)]';
  const path = redirect.path ? pathText(redirect.path, written) : '%[path]';
  const condition = came === 'http' ? 'unless { ssl_fc }' : 'if { ssl_fc }';
  return `http-request redirect code ${redirect.code} location ${scheme}://${host}${port}${path}%[var(txn.query)] ${condition}`;
}
