// Validates APIServices, whose name is the version and group that they register.
// Paths and messages follow staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation. Called through rule-book.ts.

import { addAll } from '../../../../kit/lists.ts';
import type { APIService, APIServiceSpec } from '../../../kinds/apiregistration/v1/api-service.ts';
import { complaints, type FieldError, invalid, notSupported, required } from '../../field.ts';
import { isDNS1035Label, isDNS1123Subdomain, isValidPortNumber, pathSegmentName } from '../../names.ts';
import { segmentName } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';

const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;
const STATUSES = ['True', 'False', 'Unknown'];

const NO_SPEC: APIServiceSpec = { groupPriorityMinimum: 0, versionPriority: 0 };

export const apiServiceRules: Rules<APIService> = {
  name: segmentName,
  create: ({ metadata, spec = NO_SPEC }) => [
    ...nameErrors(metadata.name ?? '', spec),
    ...groupVersionErrors(spec),
    ...(spec.service ? remoteErrors(spec, spec.service) : localErrors(spec)),
  ],
  status: ({ status }) =>
    (status?.conditions ?? []).flatMap((condition, i) =>
      STATUSES.includes(condition.status)
        ? []
        : [notSupported(`status.conditions[${i}].status`, condition.status, STATUSES)],
    ),
};

function nameErrors(name: string, { group = '', version = '' }: APIServiceSpec): FieldError[] {
  const wanted = `${version}.${group}`;
  // What is no segment of a path is reported by the rule for names.
  if (name === wanted || pathSegmentName(name).length > 0) return [];
  const text = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
  return [invalid('metadata.name', name, text)];
}

function groupVersionErrors(spec: APIServiceSpec): FieldError[] {
  const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec;
  const errors: FieldError[] = [];
  if (group === '' && version !== 'v1')
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group !== '') addAll(errors, complaints('spec.group', group, isDNS1123Subdomain(group)));
  addAll(errors, complaints('spec.version', version, isDNS1035Label(version)));
  addAll(errors, priorityErrors('spec.groupPriorityMinimum', groupPriorityMinimum, MAX_GROUP_PRIORITY));
  addAll(errors, priorityErrors('spec.versionPriority', versionPriority, MAX_VERSION_PRIORITY));
  return errors;
}

const priorityErrors = (path: string, value: number, most: number): FieldError[] =>
  value > 0 && value <= most ? [] : [invalid(path, value, `must be positive and less than ${most}`)];

function localErrors({ caBundle, insecureSkipTLSVerify }: APIServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (caBundle) {
    const bytes = Buffer.from(caBundle, 'base64').length;
    errors.push(invalid('spec.caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle'));
  }
  if (insecureSkipTLSVerify)
    errors.push(
      invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'),
    );
  return errors;
}

function remoteErrors(
  { caBundle, insecureSkipTLSVerify }: APIServiceSpec,
  { namespace, name, port }: NonNullable<APIServiceSpec['service']>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!namespace) errors.push(required('spec.service.namespace'));
  if (!name) errors.push(required('spec.service.name'));
  const texts = isValidPortNumber(port);
  if (texts.length > 0)
    errors.push(invalid('spec.service.port', port ?? 0, `port is not valid: ${texts.join(', ')}`));
  if (insecureSkipTLSVerify && caBundle)
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  return errors;
}
