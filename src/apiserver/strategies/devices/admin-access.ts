// Administrative access to devices is for namespaces that a label allows it to.
// Upstream: AuthorizedForAdmin and AuthorizedForAdminStatus in pkg/registry/resource/utils.go.
import { type FieldError, forbidden, internal } from '../../../api/validation/field.ts';
import type { Labels } from '../../watch-cache/item.ts';
import type { ClaimSpec } from './claim-fields.ts';

const LABEL = 'resource.kubernetes.io/admin-access';

/** The labels of a namespace; undefined if there is no such namespace. */
export type LabelsOfNamespace = (name: string) => Labels | undefined;

interface MayBeAdmin {
  readonly adminAccess?: boolean;
}

export interface WithResults {
  readonly status?: {
    readonly allocation?: { readonly devices?: { readonly results?: readonly MayBeAdmin[] } };
  };
}

/** The path is upstream's, for templates, too. */
export function adminRequestErrors(
  { devices }: ClaimSpec,
  namespace: string,
  labelsOf: LabelsOfNamespace,
): FieldError[] {
  const requests = (devices?.requests ?? []).map((request): MayBeAdmin => request.exactly ?? request);
  const first = firstOf(requests);
  return first < 0 ? [] : errorsIn(namespace, labelsOf, `spec.devices.requests[${first}].adminAccess`);
}

/** Of new results. */
export function adminResultErrors(
  claim: WithResults,
  old: WithResults,
  namespace: string,
  labelsOf: LabelsOfNamespace,
): FieldError[] {
  if (firstOf(resultsOf(old)) >= 0) return [];
  const first = firstOf(resultsOf(claim));
  const path = `status.allocation.devices.results[${first}].adminAccess`;
  return first < 0 ? [] : errorsIn(namespace, labelsOf, path);
}

const resultsOf = ({ status }: WithResults): readonly MayBeAdmin[] =>
  status?.allocation?.devices?.results ?? [];

const firstOf = (parts: readonly MayBeAdmin[]): number => parts.findIndex(({ adminAccess }) => adminAccess);

function errorsIn(namespace: string, labelsOf: LabelsOfNamespace, path: string): FieldError[] {
  const labels = labelsOf(namespace);
  if (!labels) {
    const why = `namespaces ${JSON.stringify(namespace)} not found`;
    return [internal(path, `could not retrieve namespace to verify admin access: ${why}`)];
  }
  return labels[LABEL] === 'true'
    ? []
    : [
        forbidden(
          path,
          `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`,
        ),
      ];
}
