// The `issuer` of a JWT authenticator. Called by configuration.ts.
import { X509Certificate } from 'node:crypto';
import { duplicate, type FieldError, invalid, required } from '../../../api/validation/field.ts';
import { addAll } from '../../../kit/lists.ts';
import type { Issuer } from '../../configuration/authentication.ts';
import type { JwtSettings } from '../oidc/settings.ts';

type Found = Pick<JwtSettings, 'issuer' | 'discoveryURL' | 'certificateAuthority' | 'audiences'>;

/** Adds to `errors`. */
export function readIssuer(
  issuer: Issuer,
  path: string,
  disallowed: readonly string[],
  errors: FieldError[],
): Found {
  const { url = '', discoveryURL, certificateAuthority, audiences = [] } = issuer;
  addAll(
    errors,
    url ? urlErrors(url, `${path}.url`, disallowed) : [required(`${path}.url`)],
    discoveryURL ? discoveryErrors(url, discoveryURL, `${path}.discoveryURL`) : [],
    audienceErrors(issuer, path),
    certificateAuthority ? authorityErrors(certificateAuthority, `${path}.certificateAuthority`) : [],
    egressErrors(issuer, `${path}.egressSelectorType`),
  );
  return {
    issuer: url,
    audiences,
    ...(discoveryURL && { discoveryURL }),
    ...(certificateAuthority && { certificateAuthority }),
  };
}

function discoveryErrors(url: string, discoveryURL: string, path: string): FieldError[] {
  const errors = urlErrors(discoveryURL, path, []);
  if (url && withoutSlashes(url) === withoutSlashes(discoveryURL))
    errors.unshift(invalid(path, discoveryURL, 'discoveryURL must be different from URL'));
  return errors;
}

function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}

function urlErrors(text: string, path: string, disallowed: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (why: string) => errors.push(invalid(path, text, why));
  if (disallowed.includes(text))
    wrong(`URL must not overlap with disallowed issuers: [${[...disallowed].sort().join(' ')}]`);
  if (!URL.canParse(text)) {
    wrong(
      /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)
        ? `parse ${JSON.stringify(text)}: invalid URL`
        : 'URL scheme must be https',
    );
    return errors;
  }
  const url = new URL(text);
  if (url.protocol !== 'https:') wrong('URL scheme must be https');
  if (url.username || url.password) wrong('URL must not contain a username or password');
  if (url.search) wrong('URL must not contain a query');
  if (url.hash) wrong('URL must not contain a fragment');
  return errors;
}

function audienceErrors({ audiences = [], audienceMatchPolicy: policy }: Issuer, path: string): FieldError[] {
  const at = `${path}.audiences`;
  if (audiences.length === 0) return [required(at, `at least one ${at} is required`)];
  const seen = new Set<string>();
  const errors = audiences.flatMap((audience, i) => {
    const found: FieldError[] = [];
    if (!audience) found.push(required(`${at}[${i}]`));
    if (seen.has(audience)) found.push(duplicate(`${at}[${i}]`, audience));
    seen.add(audience);
    return found;
  });
  if (policy === 'MatchAny' || (audiences.length === 1 && !policy)) return errors;
  const why =
    audiences.length > 1
      ? 'audienceMatchPolicy must be MatchAny for multiple audiences'
      : 'audienceMatchPolicy must be empty or MatchAny for single audience';
  return [...errors, invalid(`${path}.audienceMatchPolicy`, policy ?? '', why)];
}

function authorityErrors(pem: string, path: string): FieldError[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const isGood = blocks.length > 0 && blocks.every(isCertificate);
  return isGood
    ? []
    : [invalid(path, '<omitted>', 'data does not contain any valid RSA or ECDSA certificates')];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}

/** There is no egress configuration here for a selector to choose from. */
function egressErrors({ egressSelectorType: type }: Issuer, path: string): FieldError[] {
  if (!type) return [];
  return type === 'controlplane' || type === 'cluster'
    ? [invalid(path, type, 'egress selectors are not supported: leave it out')]
    : [invalid(path, type, 'egress selector must be either controlplane or cluster')];
}
