// Validates StorageVersions: what API servers report, and what they have in common.
// Paths and messages follow k8s.io/kubernetes pkg/apis/apiserverinternal/validation.
import { addAll } from '../../../../kit/lists.ts';
import type {
  ServerStorageVersion,
  StorageVersion,
  StorageVersionCondition,
  StorageVersionStatus,
} from '../../../kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { commonVersion } from '../../../storage-versions/agreement.ts';
import { checkItems, complaints, duplicate, type FieldError, invalid, required } from '../../field.ts';
import { isDNS1035Label, isDNS1123Subdomain, isQualifiedName, regexComplaint } from '../../names.ts';
import type { NameRule } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';

const EMPTY = 'must be non-empty';
/** Characters of a list that a message shows; upstream has no limit. */
const MOST_SHOWN = 16 * 1024;

const versionText = `an apiVersion is ${regexComplaint(
  "a DNS-1035 label, which must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  '[a-z]([-a-z0-9]*[a-z0-9])?',
  'my-name',
  'abc-123',
)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyVersion')`;

const nameRule: NameRule = (name) => {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return ['name must be in the form of <group>.<resource>'];
  return [
    ...isDNS1123Subdomain(name.slice(0, dot)).map((why) => `the group segment ${why}`),
    ...isDNS1035Label(name.slice(dot + 1)).map((why) => `the resource segment ${why}`),
  ];
};

function apiVersionComplaints(apiVersion: string): string[] {
  const parts = apiVersion.split('/', 3);
  if (parts.length > 2) return [versionText];
  const version = parts.at(-1)!;
  const group = parts.length === 2 ? partComplaints('group', parts[0]!, isDNS1123Subdomain) : [];
  return [...group, ...partComplaints('version', version, isDNS1035Label)];
}

const partComplaints = (part: string, text: string, check: (text: string) => string[]): string[] =>
  (text === '' ? [EMPTY] : check(text)).map((why) => `${part} part: ${why}`);

function apiVersionErrors(path: string, apiVersion: string): FieldError[] {
  const texts = apiVersionComplaints(apiVersion);
  return texts.length > 0 ? [invalid(path, apiVersion, texts.join(','))] : [];
}

function serverErrors(path: string, server: ServerStorageVersion): FieldError[] {
  const { apiServerID = '', encodingVersion = '', decodableVersions = [], servedVersions } = server;
  const errors = complaints(`${path}.apiServerID`, apiServerID, isDNS1123Subdomain(apiServerID));
  addAll(errors, apiVersionErrors(`${path}.encodingVersion`, encodingVersion));
  checkItems(errors, decodableVersions, (version, i) => {
    addAll(errors, apiVersionErrors(`${path}.decodableVersions[${i}]`, version));
  });
  const decodable = new Set(decodableVersions);
  if (!decodable.has(encodingVersion))
    errors.push(
      invalid(
        `${path}.decodableVersions`,
        decodableVersions,
        `decodableVersions must include encodingVersion ${encodingVersion}`,
      ),
    );
  const all = `[${decodableVersions.join(' ')}]`.slice(0, MOST_SHOWN);
  checkItems(errors, servedVersions, (version, i) => {
    const at = `${path}.servedVersions[${i}]`;
    addAll(errors, apiVersionErrors(at, version));
    if (!decodable.has(version))
      errors.push(
        invalid(
          at,
          version,
          `individual served version : ${version} must be included in decodableVersions : ${all}`,
        ),
      );
  });
  return errors;
}

function commonErrors({
  storageVersions = [],
  commonEncodingVersion: said,
}: StorageVersionStatus): FieldError[] {
  const actual = commonVersion(storageVersions);
  if (actual === said) return [];
  const why =
    actual === undefined
      ? 'should be nil if servers do not agree on the same encoding version, or if there is no server reporting the supported versions yet'
      : `the ${said === undefined ? '' : 'actual '}common encoding version is ${actual}`;
  return [invalid('status.commonEncodingVersion', said, why)];
}

/** Upstream's paths have no `conditions`. */
function conditionErrors(conditions: readonly StorageVersionCondition[] | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Map<string, number>();
  checkItems(errors, conditions, ({ type = '', status = '', reason, message }, i) => {
    const path = `status[${i}]`;
    const other = seen.get(type);
    if (other !== undefined)
      errors.push(
        invalid(
          `${path}.type`,
          type,
          `the type of the condition is not unique, it also appears in conditions[${other}]`,
        ),
      );
    seen.set(type, i);
    addAll(errors, complaints(`${path}.type`, type, isQualifiedName(type)));
    addAll(errors, complaints(`${path}.status`, status, isQualifiedName(status)));
    if (!reason) errors.push(required(`${path}.reason`));
    if (!message) errors.push(required(`${path}.message`));
  });
  return errors;
}

function statusErrors({ status = {} }: StorageVersion): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, status.storageVersions, (server, i) => {
    const path = `status.storageVersions[${i}]`;
    const { apiServerID } = server;
    if (seen.has(apiServerID)) errors.push(duplicate(`${path}.apiServerID`, apiServerID));
    seen.add(apiServerID);
    for (const error of serverErrors(path, server)) errors.push(error);
  });
  return [...errors, ...commonErrors(status), ...conditionErrors(status.conditions)];
}

export const storageVersionRules: Rules<StorageVersion> = {
  name: nameRule,
  create: statusErrors,
  update: () => [],
  status: statusErrors,
};
