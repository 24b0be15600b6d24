// Validates IngressClasses.
// Paths and messages follow k8s.io/kubernetes pkg/apis/networking/validation. Called through rule-book.ts.
import type {
  IngressClass,
  IngressClassParametersReference,
} from '../../../kinds/networking/v1/ingress-class.ts';
import {
  complaints,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, pathSegmentName, regexComplaint } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';

/** Bytes. */
const LONGEST_CONTROLLER = 250;
const pathCharacters = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathRe = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** A domain, a slash, and a path. */
function controllerErrors(controller: string): FieldError[] {
  const path = 'spec.controller';
  if (controller === '') return [required(path)];
  const slash = controller.indexOf('/');
  const [host, rest] = [controller.slice(0, Math.max(0, slash)), controller.slice(slash + 1)];
  if (host === '' || rest === '')
    return [invalid(path, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  return [
    ...complaints(path, host, isDNS1123Subdomain(host)),
    ...(pathRe.test(rest) ? [] : [invalid(path, rest, regexComplaint('Invalid path', pathCharacters))]),
  ];
}

const segmentErrors = (path: string, value: string): FieldError[] =>
  value ? complaints(path, value, pathSegmentName(value)) : [required(path)];

/** A reference to an object of any kind. */
export const referenceErrors = (
  { apiGroup, kind, name }: { readonly apiGroup?: string; readonly kind: string; readonly name: string },
  path: string,
): FieldError[] => [
  ...(apiGroup === undefined ? [] : complaints(`${path}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup))),
  ...segmentErrors(`${path}.kind`, kind),
  ...segmentErrors(`${path}.name`, name),
];

const SCOPES = ['Cluster', 'Namespace'];

function scopeErrors({ scope, namespace }: IngressClassParametersReference): FieldError[] {
  const path = 'spec.parameters';
  if (scope === undefined) return [required(`${path}.scope`)];
  if (!SCOPES.includes(scope)) return [notSupported(`${path}.scope`, scope, SCOPES)];
  const at = `${path}.namespace`;
  if (scope === 'Cluster')
    return namespace === undefined ? [] : [forbidden(at, "`parameters.scope` is set to 'Cluster'")];
  return namespace === undefined
    ? [required(at, "`parameters.scope` is set to 'Namespace'")]
    : complaints(at, namespace, isDNS1123Label(namespace));
}

function ingressClass({ spec }: IngressClass): FieldError[] {
  const { controller = '', parameters } = spec ?? {};
  return [
    ...(Buffer.byteLength(controller) > LONGEST_CONTROLLER
      ? [tooLong('spec.controller', LONGEST_CONTROLLER)]
      : []),
    ...controllerErrors(controller),
    ...(parameters ? [...referenceErrors(parameters, 'spec.parameters'), ...scopeErrors(parameters)] : []),
  ];
}

export const ingressClassRules: Rules<IngressClass> = {
  create: ingressClass,
  update: (c, old) => [
    ...unchanged('spec.controller', c.spec?.controller, old.spec?.controller),
    ...ingressClass(c),
  ],
};
