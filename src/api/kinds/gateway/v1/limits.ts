// Limits of values that many fields of gateway.networking.k8s.io share, as its published definitions have them.
import type { JsonSchema, ValidationRule } from '../../../schema/json-schema.ts';

type Limits = Partial<JsonSchema>;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;

export const GROUP: Limits = { maxLength: 253, pattern: `^$|^${SUBDOMAIN}$` };
export const KIND: Limits = { maxLength: 63, minLength: 1, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$' };
export const NAME: Limits = { maxLength: 253, minLength: 1 };
export const NAMESPACE: Limits = { maxLength: 63, minLength: 1, pattern: `^${LABEL}$` };
/** Names of listeners, rules and ports; host names without a wildcard. */
export const SECTION: Limits = { maxLength: 253, minLength: 1, pattern: `^${SUBDOMAIN}$` };
export const HOST_NAME: Limits = { maxLength: 253, minLength: 1, pattern: `^(\\*\\.)?${SUBDOMAIN}$` };
export const PORT: Limits = { minimum: 1, maximum: 65_535 };
export const CONTROLLER: Limits = {
  maxLength: 253,
  minLength: 1,
  pattern: `^${SUBDOMAIN}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
};
export const HEADER_NAME: Limits = {
  maxLength: 256,
  minLength: 1,
  pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
};
export const DURATION: Limits = { pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' };
export const OPTIONS: Limits = { maxProperties: 16 };
export const OPTION: Limits = { maxLength: 4096, minLength: 0 };
export const ADDRESS_TYPE: Limits = {
  maxLength: 253,
  minLength: 1,
  pattern: `^Hostname|IPAddress|NamedAddress|${SUBDOMAIN}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
};
/** The text of the expression in rules. */
export const HOST_EXPRESSION = `^(\\*\\.)?${SUBDOMAIN}$`;

export const atMost = (maxItems: number, minItems?: number): Limits => ({
  maxItems,
  ...(minItems && { minItems }),
});

export const rules = (...given: readonly ValidationRule[]): Limits => ({ 'x-kubernetes-validations': given });

/** The field of a union's member is there exactly when `type` names it. */
export const unionRules = (members: readonly (readonly [field: string, type: string])[]): Limits =>
  rules(
    ...members.flatMap(([field, type]) => [
      {
        message: `filter.${field} is only for filters of type ${type}`,
        rule: `!(has(self.${field}) && self.type != '${type}')`,
      },
      {
        message: `filters of type ${type} need filter.${field}`,
        rule: `!(!has(self.${field}) && self.type == '${type}')`,
      },
    ]),
  );

export const PORT_OF_SERVICE = rules({
  message: 'a reference to a Service needs a port',
  rule: "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
});
