// Columns of kinds that configure the API itself: access, admission, flow control, extensions, devices.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion. The table of all kinds is table.ts.
import type { MutatingAdmissionPolicy } from '../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import type { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { ValidatingAdmissionPolicy } from '../kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { ValidatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import type { APIService } from '../kinds/apiregistration/v1/api-service.ts';
import type { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import type { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import type { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import type { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import type { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import type { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { conditionOf } from '../meta/v1/conditions.ts';
import type { KubeObject } from '../meta/v1/resource.ts';
import {
  age,
  ageColumn,
  type Cell,
  date,
  humanDuration,
  integer,
  nameColumn,
  nameOf,
  orNone,
  printer,
  text,
  wide,
} from './printer.ts';

const subjects = ({ subjects = [] }: RoleBinding, kind: string) =>
  subjects
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === 'ServiceAccount' ? `${namespace}/${name}` : name))
    .join(', ');

/** Also for ClusterRoleBinding. */
export const roleBinding = printer<RoleBinding>(
  [
    nameColumn,
    text('Role', 'Role that is granted.'),
    ageColumn,
    wide('Users', 'Users that the role is granted to.'),
    wide('Groups', 'Groups that the role is granted to.'),
    wide('ServiceAccounts', 'Service accounts that the role is granted to.'),
  ],
  (b, now) => [
    nameOf(b),
    `${b.roleRef.kind}/${b.roleRef.name}`,
    age(b, now),
    subjects(b, 'User'),
    subjects(b, 'Group'),
    subjects(b, 'ServiceAccount'),
  ],
);

function requestCondition({ status }: CertificateSigningRequest): string {
  const types = (status?.conditions ?? []).map(({ type }) => type);
  const words: string[] = types.includes('Denied')
    ? ['Denied']
    : types.includes('Approved')
      ? ['Approved']
      : [];
  if (words.length === 0) words.push('Pending');
  if (types.includes('Failed')) words.push('Failed');
  if (status?.certificate) words.push('Issued');
  return words.join(',');
}

export const certificateSigningRequest = printer<CertificateSigningRequest>(
  [
    nameColumn,
    ageColumn,
    text('SignerName', 'Name of the requested signer.'),
    text('Requestor', 'User who requested the certificate.'),
    text('RequestedDuration', 'Requested lifetime of the certificate.'),
    text('Condition', 'Conditions of the request.'),
  ],
  (c, now) => [
    nameOf(c),
    age(c, now),
    orNone(c.spec.signerName),
    c.spec.username ?? '',
    c.spec.expirationSeconds === undefined ? '<none>' : humanDuration(c.spec.expirationSeconds * 1000),
    requestCondition(c),
  ],
);

/** Also for ValidatingWebhookConfiguration. */
export const webhookConfiguration = printer<MutatingWebhookConfiguration>(
  [nameColumn, integer('Webhooks', 'Number of webhooks.'), ageColumn],
  (c, now) => [nameOf(c), c.webhooks?.length ?? 0, age(c, now)],
);

const paramKindColumn = text('ParamKind', 'Kind of the parameters.');
const paramKind = (kind: { apiVersion?: string; kind?: string } | undefined) =>
  kind ? `${kind.apiVersion}/${kind.kind}` : '<unset>';

export const validatingAdmissionPolicy = printer<ValidatingAdmissionPolicy>(
  [nameColumn, integer('Validations', 'Number of validations.'), paramKindColumn, ageColumn],
  (p, now) => [nameOf(p), p.spec?.validations?.length ?? 0, paramKind(p.spec?.paramKind), age(p, now)],
);

export const mutatingAdmissionPolicy = printer<MutatingAdmissionPolicy>(
  [nameColumn, integer('Mutations', 'Number of mutations.'), paramKindColumn, ageColumn],
  (p, now) => [nameOf(p), p.spec?.mutations?.length ?? 0, paramKind(p.spec?.paramKind), age(p, now)],
);

/** Also for MutatingAdmissionPolicyBinding. */
export const admissionPolicyBinding = printer<ValidatingAdmissionPolicyBinding>(
  [
    nameColumn,
    text('PolicyName', 'Name of the policy.'),
    text('ParamRef', 'Name of the parameters.'),
    ageColumn,
  ],
  (b, now) => {
    const { paramRef } = b.spec ?? {};
    const where = paramRef?.namespace ? `${paramRef.namespace}/` : '*/';
    const which = paramRef?.selector ? '<selector>' : (paramRef?.name ?? '');
    return [nameOf(b), b.spec?.policyName ?? '', paramRef ? where + which : '<unset>', age(b, now)];
  },
);

export const flowSchema = printer<FlowSchema>(
  [
    nameColumn,
    text('PriorityLevel', 'Priority level of the requests.'),
    text('MatchingPrecedence', 'Precedence among matching schemas; the lowest number is used.'),
    text('DistinguisherMethod', 'How flows are distinguished.'),
    ageColumn,
    text('MissingPL', 'Whether the priority level is missing.'),
  ],
  (f, now) => {
    const dangling = conditionOf(f, 'Dangling')?.status ?? '?';
    return [
      nameOf(f),
      orNone(f.spec?.priorityLevelConfiguration.name),
      f.spec?.matchingPrecedence ?? 0,
      orNone(f.spec?.distinguisherMethod?.type),
      age(f, now),
      dangling,
    ];
  },
);

export const priorityLevelConfiguration = printer<PriorityLevelConfiguration>(
  [
    nameColumn,
    text('Type', 'Type of the level: Exempt or Limited.'),
    text('NominalConcurrencyShares', 'Share of the server concurrency.'),
    text('Queues', 'Number of queues.'),
    text('HandSize', 'Number of queues that a flow may use.'),
    text('QueueLengthLimit', 'Maximum length of a queue.'),
    ageColumn,
  ],
  (p, now) => {
    const queuing = p.spec?.limited?.limitResponse?.queuing;
    return [
      nameOf(p),
      p.spec?.type ?? '',
      p.spec?.limited?.nominalConcurrencyShares ?? '<none>',
      queuing?.queues ?? '<none>',
      queuing?.handSize ?? '<none>',
      queuing?.queueLengthLimit ?? '<none>',
      age(p, now),
    ];
  },
);

export const apiService = printer<APIService>(
  [
    nameColumn,
    text('Service', 'Service that serves the API, or Local.'),
    text('Available', 'Whether the API is available.'),
    ageColumn,
  ],
  (s, now) => {
    const service = s.spec?.service;
    const available = conditionOf(s, 'Available');
    const state = available?.status ?? 'Unknown';
    return [
      nameOf(s),
      service ? `${service.namespace}/${service.name}` : 'Local',
      available && state !== 'True' ? `${state} (${available.reason})` : state,
      age(s, now),
    ];
  },
);

const claimState = ({ metadata, status }: ResourceClaim): string => {
  const words: string[] = [];
  if (metadata.deletionTimestamp) words.push('deleted');
  if (status?.allocation) words.push('allocated');
  if (status?.reservedFor?.length) words.push('reserved');
  return words.length > 0 && status?.allocation ? words.join(',') : ['pending', ...words].join(',');
};

export const resourceClaim = printer<ResourceClaim>(
  [nameColumn, text('State', 'State of allocation and reservation.'), ageColumn],
  (c, now) => [nameOf(c), claimState(c), age(c, now)],
);

export const resourceSlice = printer<ResourceSlice>(
  [
    nameColumn,
    text('Node', 'Node of the devices.'),
    text('Driver', 'Driver of the devices.'),
    text('Pool', 'Pool of the devices.'),
    ageColumn,
  ],
  (s, now) => [nameOf(s), s.spec.nodeName ?? '<unset>', s.spec.driver, s.spec.pool.name, age(s, now)],
);

/** Name and age only. */
export const plain = printer<KubeObject>([nameColumn, ageColumn], (o, now) => [nameOf(o), age(o, now)]);

const createdAt = (object: KubeObject): Cell[] => [nameOf(object), object.metadata.creationTimestamp ?? ''];

/** For kinds without columns of their own: name and creation time, which kubectl does not convert to an age. */
export const unprinted = printer<KubeObject>(
  [nameColumn, date('Created At', 'Creation time of the object.')],
  createdAt,
);
