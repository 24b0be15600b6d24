// Rows of the kinds that steer the API itself: access, admission, flow control, extension, scale.
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

/** Also the row of a ClusterRoleBinding. */
export const roleBinding = printer<RoleBinding>(
  [
    nameColumn,
    text('Role', 'The role that is granted.'),
    ageColumn,
    wide('Users', 'Users who get it.'),
    wide('Groups', 'Groups who get it.'),
    wide('ServiceAccounts', 'Service accounts who get it.'),
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
    text('SignerName', 'Who is asked to sign.'),
    text('Requestor', 'Who asked.'),
    text('RequestedDuration', 'How long the certificate should be valid.'),
    text('Condition', 'What has been decided.'),
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

/** Also the row of a ValidatingWebhookConfiguration. */
export const webhookConfiguration = printer<MutatingWebhookConfiguration>(
  [nameColumn, integer('Webhooks', 'How many webhooks it names.'), ageColumn],
  (c, now) => [nameOf(c), c.webhooks?.length ?? 0, age(c, now)],
);

const paramKindColumn = text('ParamKind', 'The kind of its parameters.');
const paramKind = (kind: { apiVersion?: string; kind?: string } | undefined) =>
  kind ? `${kind.apiVersion}/${kind.kind}` : '<unset>';

export const validatingAdmissionPolicy = printer<ValidatingAdmissionPolicy>(
  [nameColumn, integer('Validations', 'How many rules it has.'), paramKindColumn, ageColumn],
  (p, now) => [nameOf(p), p.spec?.validations?.length ?? 0, paramKind(p.spec?.paramKind), age(p, now)],
);

export const mutatingAdmissionPolicy = printer<MutatingAdmissionPolicy>(
  [nameColumn, integer('Mutations', 'How many changes it makes.'), paramKindColumn, ageColumn],
  (p, now) => [nameOf(p), p.spec?.mutations?.length ?? 0, paramKind(p.spec?.paramKind), age(p, now)],
);

/** Also the row of a MutatingAdmissionPolicyBinding. */
export const admissionPolicyBinding = printer<ValidatingAdmissionPolicyBinding>(
  [
    nameColumn,
    text('PolicyName', 'The policy it puts to work.'),
    text('ParamRef', 'The parameters it uses.'),
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
    text('PriorityLevel', 'Where its requests queue.'),
    text('MatchingPrecedence', 'Lower numbers are tried first.'),
    text('DistinguisherMethod', 'What tells flows apart.'),
    ageColumn,
    text('MissingPL', 'Whether the priority level does not exist.'),
  ],
  (f, now) => {
    const dangling = f.status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?';
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
    text('Type', 'Whether requests are limited.'),
    text('NominalConcurrencyShares', 'Its share of the concurrency.'),
    text('Queues', 'How many queues it has.'),
    text('HandSize', 'How many queues a flow may use.'),
    text('QueueLengthLimit', 'How long a queue may grow.'),
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
    text('Service', 'What answers for this group and version.'),
    text('Available', 'Whether it answers.'),
    ageColumn,
  ],
  (s, now) => {
    const service = s.spec?.service;
    const available = s.status?.conditions?.find(({ type }) => type === 'Available');
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
  [nameColumn, text('State', 'Whether devices have been allocated and reserved.'), ageColumn],
  (c, now) => [nameOf(c), claimState(c), age(c, now)],
);

export const resourceSlice = printer<ResourceSlice>(
  [
    nameColumn,
    text('Node', 'Where the devices are.'),
    text('Driver', 'Who offers the devices.'),
    text('Pool', 'The pool they belong to.'),
    ageColumn,
  ],
  (s, now) => [nameOf(s), s.spec.nodeName ?? '<unset>', s.spec.driver, s.spec.pool.name, age(s, now)],
);

/** A name and an age. */
export const plain = printer<KubeObject>([nameColumn, ageColumn], (o, now) => [nameOf(o), age(o, now)]);

const createdAt = (object: KubeObject): Cell[] => [nameOf(object), object.metadata.creationTimestamp ?? ''];

/** Kinds without a printer of their own: kubectl turns nothing into an age. */
export const unprinted = printer<KubeObject>(
  [nameColumn, date('Created At', 'When it was created.')],
  createdAt,
);
