import { resource } from '../../../meta/v1/resource.ts';
import { list, map, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { conditions } from './conditions.ts';
import {
  atMost,
  CONTROLLER,
  GROUP,
  HOST_NAME,
  KIND,
  NAME,
  OPTION,
  OPTIONS,
  rules,
  SECTION,
} from './limits.ts';
import { GATEWAY_GROUP, LocalObjectReference, ParentReference, structName } from './references.ts';

export const PolicyTargetReference = struct(
  structName('LocalPolicyTargetReferenceWithSectionName'),
  {
    group: required(string(0, { doc: 'API group of the object.', schema: GROUP })),
    kind: required(string(0, { doc: 'Kind of the object.', schema: KIND })),
    name: required(string(0, { doc: 'Name of the object.', schema: NAME })),
    sectionName: string(0, { doc: 'Only the port of this name is meant.', schema: SECTION }),
  },
  { doc: 'Reference to an object of the same namespace, or to a part of it.' },
);
export interface PolicyTargetReference extends Of<typeof PolicyTargetReference> {}

const fits = (type: string, field: string) => [
  {
    message: `a subjectAltName of type ${type} needs ${field}`,
    rule: `!(self.type == "${type}" && (!has(self.${field}) || self.${field} == ""))`,
  },
  {
    message: `only subjectAltNames of type ${type} may have ${field}`,
    rule: `!(self.type != "${type}" && has(self.${field}) && self.${field} != "")`,
  },
];

export const SubjectAltName = struct(
  structName('SubjectAltName'),
  {
    hostname: string(0, { doc: 'A DNS name; the first label may be a wildcard.', schema: HOST_NAME }),
    type: required(string(0, { doc: 'Kind of the name.', enum: ['Hostname', 'URI'] })),
    uri: string(0, {
      doc: 'A URI, such as spiffe://example.com/name.',
      schema: {
        maxLength: 253,
        minLength: 1,
        pattern: '^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\\?([^#]*))?(#(.*))?',
      },
    }),
  },
  { doc: 'A name in a certificate.', schema: rules(...fits('Hostname', 'hostname'), ...fits('URI', 'uri')) },
);

const hasRefs = 'has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0';
const hasWellKnown = 'has(self.wellKnownCACertificates) && self.wellKnownCACertificates != ""';

export const BackendTLSPolicyValidation = struct(
  structName('BackendTLSPolicyValidation'),
  {
    caCertificateRefs: list(0, LocalObjectReference, {
      doc: 'ConfigMaps with certificates of authorities in the key ca.crt.',
      listType: 'atomic',
      schema: atMost(8),
    }),
    hostname: required(
      string(0, {
        doc: 'Name that is asked for (SNI), and that the certificate must have unless there are subjectAltNames.',
        schema: SECTION,
      }),
    ),
    subjectAltNames: list(0, SubjectAltName, {
      doc: 'Names of which the certificate must have one.',
      listType: 'atomic',
      schema: atMost(5),
    }),
    wellKnownCACertificates: string(0, {
      doc: 'System: the authorities that the machine trusts.',
      schema: {
        maxLength: 253,
        minLength: 1,
        pattern:
          '^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$',
      },
    }),
  },
  {
    doc: "How the backend's certificate is checked.",
    schema: rules(
      {
        message: 'caCertificateRefs and wellKnownCACertificates must not both be set',
        rule: `!(${hasRefs} && ${hasWellKnown})`,
      },
      {
        message: 'caCertificateRefs or wellKnownCACertificates must be set',
        rule: `(${hasRefs} || ${hasWellKnown})`,
      },
    ),
  },
);

const SAME_TARGET = 'p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name';
const noSection = (of: string) => `(!has(${of}.sectionName) || ${of}.sectionName == '')`;

export const BackendTLSPolicySpec = struct(
  structName('BackendTLSPolicySpec'),
  {
    options: map(0, text, { doc: 'Options of controllers.', schema: OPTIONS, each: OPTION }),
    targetRefs: required(
      list(0, PolicyTargetReference, {
        doc: 'Services that are reached with TLS.',
        listType: 'atomic',
        schema: {
          ...atMost(16, 1),
          ...rules(
            {
              message: 'several targetRefs to the same target must all have a sectionName',
              rule: `self.all(p1, self.all(p2, ${SAME_TARGET} ? (${noSection('p1')} == ${noSection('p2')}) : true))`,
            },
            {
              message: 'several targetRefs to the same target must have different sectionNames',
              rule: `self.all(p1, self.exists_one(p2, ${SAME_TARGET} && ((${noSection('p1')} && ${noSection('p2')}) || (has(p1.sectionName) && has(p2.sectionName) && p1.sectionName == p2.sectionName))))`,
            },
          ),
        },
      }),
    ),
    validation: required(
      ref(0, BackendTLSPolicyValidation, { doc: "How the backend's certificate is checked." }),
    ),
  },
  { doc: 'Desired policy.' },
);
export interface BackendTLSPolicySpec extends Of<typeof BackendTLSPolicySpec> {}

export const PolicyAncestorStatus = struct(
  structName('PolicyAncestorStatus'),
  {
    ancestorRef: required(ref(0, ParentReference, { doc: 'The Gateway that this entry is about.' })),
    conditions: required(conditions({ minItems: 1 })),
    controllerName: required(
      string(0, { doc: 'Name of the controller that wrote this entry.', schema: CONTROLLER }),
    ),
  },
  { doc: 'What a policy is with respect to a Gateway.' },
);
export interface PolicyAncestorStatus extends Of<typeof PolicyAncestorStatus> {}

export const PolicyStatus = struct(
  structName('PolicyStatus'),
  {
    ancestors: required(
      list(0, PolicyAncestorStatus, {
        doc: 'One entry for each Gateway from which requests go to a target of the policy.',
        listType: 'atomic',
        schema: atMost(16),
      }),
    ),
  },
  { doc: 'Most recently observed state of the policy.' },
);
export interface PolicyStatus extends Of<typeof PolicyStatus> {}

export const BackendTLSPolicy = resource(
  structName('BackendTLSPolicy'),
  {
    doc: 'How a Gateway reaches Services with TLS.',
    group: GATEWAY_GROUP,
    version: 'v1',
    kind: 'BackendTLSPolicy',
    plural: 'backendtlspolicies',
    singular: 'backendtlspolicy',
    namespaced: true,
    shortNames: ['btlspolicy'],
    categories: ['gateway-api'],
  },
  { spec: required(ref(0, BackendTLSPolicySpec)), status: ref(0, PolicyStatus) },
);
export interface BackendTLSPolicy extends Of<typeof BackendTLSPolicy> {}
