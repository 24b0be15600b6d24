// The templates by which classes name Secrets for their drivers. Pure, and linear in the template. Used for the classes of volumes and of
// snapshots. Upstream: resolveTemplate and its callers in external-provisioner and external-snapshotter.
import { own } from '../../kit/own.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../validation/names.ts';

type Texts = Readonly<Record<string, string>>;

/** Throws if a token is not known, or what comes of it is no name. */
export const resolveNamespace = (template: string, tokens: Texts): string =>
  valid(template, resolve(template, tokens), isDNS1123Label, 'namespace');

export const resolveSecret = (template: string, tokens: Texts): string =>
  valid(template, resolve(template, tokens), isDNS1123Subdomain, 'secret');

/** ${token} and $token, as Go's os.Expand reads them. */
function resolve(template: string, tokens: Texts): string {
  const missing = new Set<string>();
  let resolved = '';
  let rest = template;
  for (let at = rest.indexOf('$'); at >= 0; at = rest.indexOf('$')) {
    const token = tokenAt(rest, at + 1);
    const value = own(tokens, token.name);
    if (value === undefined) missing.add(token.name);
    resolved += rest.slice(0, at) + (value ?? '');
    rest = rest.slice(token.end);
  }
  if (missing.size === 0) return resolved + rest;
  const names = [...missing].sort().map((token) => JSON.stringify(token));
  throw new Error(`error resolving value ${JSON.stringify(template)}: invalid tokens: [${names.join(' ')}]`);
}

/** Without a closing brace, all that is left. */
function tokenAt(text: string, at: number): { readonly name: string; readonly end: number } {
  if (text[at] === '{') {
    const close = text.indexOf('}', at);
    const end = close < 0 ? text.length : close;
    return { name: text.slice(at + 1, end), end: end + 1 };
  }
  let end = at;
  while (end < text.length && /\w/.test(text[end]!)) end++;
  return { name: text.slice(at, end), end };
}

function valid(template: string, value: string, rule: (text: string) => string[], what: string): string {
  if (rule(value).length === 0) return value;
  const resolved = template === value ? '' : ` resolved to ${JSON.stringify(value)} which`;
  throw new Error(`${JSON.stringify(template)}${resolved} is not a valid ${what} name`);
}
