// claimMappings of a JWT authenticator. Called by configuration.ts.
import type { Expression } from '../../../api/cel/access/expressions.ts';
import { duplicate, type FieldError, invalid, required } from '../../../api/validation/field.ts';
import { isDNS1123Subdomain, regexComplaint } from '../../../api/validation/names.ts';
import { addAll } from '../../../kit/lists.ts';
import type { ClaimMappings, PrefixedClaimOrExpression } from '../../configuration/authentication.ts';
import type { JwtSettings, Mapping } from '../oidc/settings.ts';
import { compiled, reads } from './expressions.ts';

type Found = Pick<JwtSettings, 'username' | 'groups' | 'uid' | 'extra'>;

const BOTH = "claim and expression can't both be set";

/** Adds to `errors`. `rules` are the expressions of the claim validation rules. */
export function readMappings(
  { username = {}, groups = {}, uid = {}, extra = [] }: ClaimMappings,
  path: string,
  rules: readonly Expression[],
  errors: FieldError[],
): Found {
  const name = prefixed(username, `${path}.username`, true, errors);
  const group = prefixed(groups, `${path}.groups`, false, errors);
  const id = uidMapping(uid, `${path}.uid`, errors);
  const extras = readExtra(extra, `${path}.extra`, errors);
  if (name && 'expression' in name) {
    const seen = [name.expression, ...extras.map(({ expression }) => expression), ...rules];
    if (reads(name.expression, 'email') && !seen.some((one) => reads(one, 'email_verified')))
      errors.push(invalid(`${path}.username.expression`, username.expression, UNVERIFIED));
  }
  return {
    username: name ?? { claim: '', prefix: '' },
    ...(group && { groups: group }),
    ...(id && { uid: id }),
    extra: extras,
  };
}

const UNVERIFIED =
  'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression';

function prefixed(
  { claim, prefix, expression }: PrefixedClaimOrExpression,
  path: string,
  needed: boolean,
  errors: FieldError[],
): Mapping | undefined {
  if (claim && expression) {
    errors.push(invalid(path, '', BOTH));
    return undefined;
  }
  if (expression) {
    if (prefix !== undefined)
      errors.push(invalid(`${path}.prefix`, prefix, 'may not be specified when expression is set'));
    const made = compiled('claims', expression, false, `${path}.expression`, errors);
    return made && { expression: made };
  }
  if (claim) {
    if (prefix === undefined)
      errors.push(
        required(
          `${path}.prefix`,
          'prefix is required when claim is set. It can be set to an empty string to disable prefixing',
        ),
      );
    return { claim, prefix: prefix ?? '' };
  }
  if (needed) errors.push(required(path, 'claim or expression is required'));
  return undefined;
}

function uidMapping(
  { claim, expression }: NonNullable<ClaimMappings['uid']>,
  path: string,
  errors: FieldError[],
): Mapping | undefined {
  if (claim && expression) errors.push(invalid(path, '', BOTH));
  else if (expression) {
    const made = compiled('claims', expression, false, `${path}.expression`, errors);
    return made && { expression: made };
  } else if (claim) return { claim, prefix: '' };
  return undefined;
}

function readExtra(
  extra: NonNullable<ClaimMappings['extra']>,
  path: string,
  errors: FieldError[],
): Found['extra'] {
  const keys = new Set<string>();
  return extra.flatMap(({ key = '', valueExpression }, i) => {
    const at = `${path}[${i}]`;
    addAll(errors, keyErrors(key, `${at}.key`));
    if (keys.has(key)) {
      errors.push(duplicate(`${at}.key`, key));
      return [];
    }
    keys.add(key);
    if (!valueExpression) {
      errors.push(required(`${at}.valueExpression`));
      return [];
    }
    const made = compiled('claims', valueExpression, false, `${at}.valueExpression`, errors);
    return made ? [{ key, expression: made }] : [];
  });
}

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

function keyErrors(key: string, path: string): FieldError[] {
  const errors = pathErrors(key, path);
  if (key !== key.toLowerCase()) errors.push(invalid(path, key, 'must be lowercase'));
  const host = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  if (['kubernetes.io', 'k8s.io'].some((domain) => host === domain || host.endsWith(`.${domain}`)))
    errors.push(
      invalid(path, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'),
    );
  return errors;
}

/** Keys are paths below a domain. */
function pathErrors(key: string, path: string): FieldError[] {
  if (!key) return [required(path)];
  const slash = key.indexOf('/');
  const [host, rest] = [key.slice(0, Math.max(0, slash)), key.slice(slash + 1)];
  if (slash <= 0 || !rest)
    return [invalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = isDNS1123Subdomain(host).map((why) => invalid(path, host, why));
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest))
    errors.push(invalid(path, rest, regexComplaint('Invalid path', PATH)));
  return errors;
}
