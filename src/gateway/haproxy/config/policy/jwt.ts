// Bearer tokens: a signature by one of the keys, made with the key's own algorithm, and claims that hold. Pure.
import type { Jwt, JwtKey } from '../../../model/policy.ts';
import { quoted, type Written } from '../written.ts';

const TOKEN = 'var(txn.bearer)';
/** Of a claim that is a list so many entries are looked at. */
const ENTRIES = 8;

export function jwtRules(jwt: Jwt | undefined, written: Written): string[] {
  if (!jwt) return [];
  const { issuer, audiences, keys, required, headers, forward } = jwt;
  return [
    ...headers.map(({ header }) => `http-request del-header ${quoted(header)}`),
    'http-request set-var(txn.bearer) http_auth_bearer',
    unlessRule('{ var(txn.bearer) -m found }', ''),
    `http-request set-var(txn.kid) ${TOKEN},jwt_header_query('$.kid')`,
    `http-request set-var(txn.alg) ${TOKEN},jwt_header_query('$.alg')`,
    'http-request set-var(txn.signed) int(0)',
    ...keys.flatMap((key) => keyRules(key, written)),
    refusal('{ var(txn.signed) -m int 1 }'),
    // Without an end a token that was stolen once would be good for ever.
    `http-request set-var(txn.now) date()`,
    // What is no number stays a text.
    `http-request set-var(txn.exp) ${TOKEN},jwt_payload_query('$.exp','int')`,
    'http-request set-var(txn.left) var(txn.exp),sub(txn.now)',
    refusal('{ var(txn.exp) -m reg ^[0-9]+$ } { var(txn.left) -m int gt 0 }'),
    `http-request set-var(txn.nbf) ${TOKEN},jwt_payload_query('$.nbf','int')`,
    'http-request set-var(txn.begun) var(txn.nbf),sub(txn.now)',
    refusal('!{ var(txn.nbf) -m found } or { var(txn.nbf) -m reg ^[0-9]+$ } { var(txn.begun) -m int le 0 }'),
    ...claimRules('iss', [issuer]),
    ...(audiences.length > 0 ? claimRules('aud', audiences) : []),
    ...required.flatMap(({ claim, values }) => claimRules(claim, values)),
    ...headers.flatMap(({ claim, header }) => headerRules(claim, header)),
    ...(forward ? [] : ['http-request del-header authorization']),
  ];
}

const unlessRule = (condition: string, error: string): string =>
  `http-request return status 401 hdr WWW-Authenticate "Bearer${error}" unless ${condition}`;
const refusal = (condition: string): string => unlessRule(condition, ' error=\\"invalid_token\\"');

function keyRules({ algorithm, id, pem }: JwtKey, written: Written): string[] {
  const rule = (condition: string) =>
    `http-request set-var(txn.signed) ${TOKEN},jwt_verify(${algorithm},"${written.file(pem, 'jwt.pem')}") if !{ var(txn.signed) -m int 1 } { var(txn.alg) -m str ${algorithm} }${condition}`;
  if (id === undefined) return [rule('')];
  return [rule(` { var(txn.kid) -m str -- ${quoted(id)} }`), rule(' !{ var(txn.kid) -m found }')];
}

/** HAProxy reads lines of 2,048 characters. */
const PORTION = 1_024;

/** The values in quotes, as many on a line as it holds: the token is read once for all of them. */
function portions(values: readonly string[]): string[] {
  const found: string[] = [];
  for (const value of values.map(quoted)) {
    const last = found.at(-1);
    if (last !== undefined && last.length + value.length < PORTION)
      found[found.length - 1] = `${last} ${value}`;
    else found.push(value);
  }
  return found;
}

/** A claim that is one of the values, or a list with one of them. */
function claimRules(claim: string, values: readonly string[]): string[] {
  const places = ['', ...Array.from({ length: ENTRIES }, (_, i) => `[${i}]`)];
  return [
    'http-request set-var(txn.claim) int(0)',
    ...portions(values).flatMap((some) =>
      places.map(
        (place) =>
          `http-request set-var(txn.claim) int(1) if { ${TOKEN},jwt_payload_query('$.${claim}${place}') -m str -- ${some} }`,
      ),
    ),
    refusal('{ var(txn.claim) -m int 1 }'),
  ];
}

/** A claim with control characters could be more than one header, and is none. */
const headerRules = (claim: string, header: string): string[] => [
  'http-request unset-var(txn.claim)',
  `http-request set-var(txn.claim) ${TOKEN},jwt_payload_query('$.${claim}')`,
  `http-request set-header ${quoted(header)} %[var(txn.claim)] if { var(txn.claim) -m found } !{ var(txn.claim) -m reg '[\\x00-\\x1f\\x7f]' }`,
];
