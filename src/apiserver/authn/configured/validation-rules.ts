// claimValidationRules and userValidationRules of a JWT authenticator. Called by configuration.ts.
import { duplicate, type FieldError, invalid, required } from '../../../api/validation/field.ts';
import type { ClaimValidationRule, UserValidationRule } from '../../configuration/authentication.ts';
import type { JwtSettings, Rule } from '../oidc/settings.ts';
import { compiled } from './expressions.ts';

/** Adds to `errors`. */
export function readClaimRules(
  rules: readonly ClaimValidationRule[],
  path: string,
  errors: FieldError[],
): Pick<JwtSettings, 'requiredClaims' | 'claimRules'> {
  const requiredClaims = new Map<string, string>();
  const claimRules: Rule[] = [];
  const expressions = new Set<string>();
  for (const [i, { claim, requiredValue = '', expression, message = '' }] of rules.entries()) {
    const at = `${path}[${i}]`;
    if (claim && expression) {
      errors.push(invalid(at, claim, "claim and expression can't both be set"));
    } else if (claim) {
      if (message) errors.push(invalid(`${at}.message`, message, 'may not be specified when claim is set'));
      if (requiredClaims.has(claim)) errors.push(duplicate(`${at}.claim`, claim));
      requiredClaims.set(claim, requiredValue);
    } else if (expression) {
      if (requiredValue)
        errors.push(
          invalid(`${at}.requiredValue`, requiredValue, 'may not be specified when expression is set'),
        );
      addRule('claims', { expression, message }, `${at}.expression`, expressions, claimRules, errors);
    } else errors.push(required(at, 'claim or expression is required'));
  }
  return { requiredClaims, claimRules };
}

/** Adds to `errors`. */
export function readUserRules(
  rules: readonly UserValidationRule[],
  path: string,
  errors: FieldError[],
): readonly Rule[] {
  const found: Rule[] = [];
  const expressions = new Set<string>();
  for (const [i, { expression, message = '' }] of rules.entries()) {
    const at = `${path}[${i}].expression`;
    if (expression) addRule('user', { expression, message }, at, expressions, found, errors);
    else errors.push(required(at));
  }
  return found;
}

function addRule(
  variable: 'claims' | 'user',
  { expression, message }: { readonly expression: string; readonly message: string },
  path: string,
  seen: Set<string>,
  rules: Rule[],
  errors: FieldError[],
): void {
  if (seen.has(expression)) {
    errors.push(duplicate(path, expression));
    return;
  }
  seen.add(expression);
  const made = compiled(variable, expression, true, path, errors);
  if (made) rules.push({ expression: made, message });
}
