// The user that the claims of a verified token make, by the claims and expressions of the configuration. Pure. Called by issuer.ts.
// Upstream: AuthenticateToken in plugin/pkg/authenticator/token/oidc/oidc.go of k8s.io/apiserver.
import { type Expression, evaluateOver } from '../../../api/cel/access/expressions.ts';
import { jsonValue } from '../../../api/cel/values/json.ts';
import { isError, isList, type Result, type Value } from '../../../api/cel/values/value.ts';
import type { User } from '../../request.ts';
import { TokenError } from '../tokens/token-authenticator.ts';
import { claimsValue } from './claims-value.ts';
import type { Claims } from './json-web-token.ts';
import type { JwtSettings, Mapping, Rule } from './settings.ts';

const CREDENTIAL = 'authentication.kubernetes.io/credential-id';

/** Throws a TokenError, in upstream's words, if the claims make no user or break a rule. */
export function userOf(settings: JwtSettings, claims: Claims): User {
  const value = claimsValue(claims);
  const user = {
    name: usernameOf(settings.username, claims, value),
    groups: groupsOf(settings.groups, claims, value),
    uid: uidOf(settings.uid, claims, value),
    extra: extraOf(settings, claims, value),
  };
  checkRequired(settings.requiredClaims, claims);
  checkRules(settings.claimRules, value, 'claim validation expression');
  const seen = { username: user.name, uid: user.uid, groups: user.groups, extra: user.extra };
  if (settings.userRules.length > 0)
    checkRules(settings.userRules, jsonValue(seen), 'user info validation rule');
  const { name, groups, uid, extra } = user;
  return { name, groups, ...(uid && { uid }), ...(Object.keys(extra).length > 0 && { extra }) };
}

function usernameOf(mapping: Mapping, claims: Claims, value: Value): string {
  const during = 'oidc: error evaluating username claim expression';
  if ('expression' in mapping) {
    const name = evaluated(mapping.expression, value, during);
    if (typeof name !== 'string')
      throw new TokenError(`${during}: username claim expression must return a string`);
    if (name === '') throw new TokenError('oidc: empty username via CEL expression is not allowed');
    return name;
  }
  const { claim, prefix } = mapping;
  const name = textClaim(claims, claim, `oidc: parse username claims ${JSON.stringify(claim)}`);
  if (claim === 'email' && Object.hasOwn(claims, 'email_verified')) checkVerified(claims);
  return prefix + name;
}

function checkVerified({ email_verified: verified }: Claims): void {
  if (typeof verified !== 'boolean')
    throw new TokenError(`oidc: parse 'email_verified' claim: ${cannotBe(verified, 'bool')}`);
  if (!verified) throw new TokenError('oidc: email not verified');
}

function groupsOf(mapping: Mapping | undefined, claims: Claims, value: Value): readonly string[] {
  if (!mapping) return [];
  const during = 'oidc: error evaluating group claim expression';
  if ('expression' in mapping) return textsOf(evaluated(mapping.expression, value, during), during);
  const { claim, prefix } = mapping;
  if (!Object.hasOwn(claims, claim)) return [];
  const found = claims[claim];
  // Some issuers have a single group as a string.
  const list = typeof found === 'string' ? [found] : found;
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string'))
    throw new TokenError(`oidc: parse groups claim ${JSON.stringify(claim)}: ${cannotBe(found, 'string')}`);
  return list.map((one) => prefix + one);
}

function uidOf(mapping: Mapping | undefined, claims: Claims, value: Value): string {
  if (!mapping) return '';
  const during = 'oidc: error evaluating uid claim expression';
  if ('claim' in mapping)
    return textClaim(claims, mapping.claim, `oidc: parse uid claim ${JSON.stringify(mapping.claim)}`);
  const uid = evaluated(mapping.expression, value, during);
  if (typeof uid !== 'string') throw new TokenError(`${during}: uid claim expression must return a string`);
  return uid;
}

function extraOf({ extra: mappings }: JwtSettings, claims: Claims, value: Value): Record<string, string[]> {
  const { jti } = claims;
  const extra: Record<string, string[]> = {};
  if (typeof jti === 'string' && jti) extra[CREDENTIAL] = [`JTI=${jti}`];
  for (const { key, expression } of mappings) {
    const found = evaluated(expression, value);
    const texts = textsOf(found, `oidc: error evaluating extra claim expression: ${expression.text}`);
    if (texts.length > 0) extra[key] = texts;
  }
  return extra;
}

function textClaim(claims: Claims, claim: string, during: string): string {
  if (!Object.hasOwn(claims, claim)) throw new TokenError(`${during}: claim not present`);
  const found = claims[claim];
  if (typeof found !== 'string') throw new TokenError(`${during}: ${cannotBe(found, 'string')}`);
  return found;
}

function checkRequired(required: JwtSettings['requiredClaims'], claims: Claims): void {
  for (const [claim, wanted] of required) {
    if (!Object.hasOwn(claims, claim))
      throw new TokenError(`oidc: required claim ${claim} not present in ID token`);
    const found = textClaim(claims, claim, `oidc: parse claim ${claim}`);
    if (found !== wanted)
      throw new TokenError(
        `oidc: required claim ${claim} value does not match. Got = ${found}, want = ${wanted}`,
      );
  }
}

/** All are evaluated before one is judged, as upstream. */
function checkRules(rules: readonly Rule[], value: Value, what: string): void {
  const during = `oidc: error evaluating ${what}`;
  const results = rules.map(({ expression }) => evaluated(expression, value, during));
  for (const [i, { expression, message }] of rules.entries())
    if (results[i] !== true)
      throw new TokenError(`${during}: validation expression '${expression.text}' failed: ${message}`);
}

function evaluated(expression: Expression, value: Value, during?: string): Value {
  const result: Result = evaluateOver(expression, value);
  if (!isError(result)) return result;
  const error = `expression '${expression.text}' resulted in error`;
  throw new TokenError(during ? `${during}: ${error}` : error, `: ${result.message}`);
}

/** A string, a list of strings, or nothing; empty ones are left out. */
function textsOf(value: Value, during: string): string[] {
  if (value === null) return [];
  const list = typeof value === 'string' ? [value] : isList(value) ? [...itemsOf(value)] : undefined;
  if (!list?.every((one) => typeof one === 'string'))
    throw new TokenError(`${during}: expression must return a string or a list of strings`);
  return list.filter((one) => one !== '');
}

function* itemsOf(list: { readonly length: number; at(index: number): unknown }): Generator<unknown> {
  for (let i = 0; i < list.length; i++) yield list.at(i);
}

/** As Go's decoder says that a value has the wrong type. */
function cannotBe(value: unknown, wanted: string): string {
  const shown = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${shown} into Go value of type ${wanted}`;
}
