// A group and version that another server serves, as its APIService says. Pure. Made by aggregator.ts.
import type { Priority } from '../../api/discovery/priorities.ts';
import { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { isConditionTrue } from '../../api/meta/v1/conditions.ts';

export interface RemoteService {
  /** Of the APIService. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly priority: Priority;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** PEM; the machine's authorities if it is empty. */
  readonly ca: string;
  readonly insecure: boolean;
  /** Requests are forwarded; otherwise they are refused with a 503. */
  readonly available: boolean;
}

/** Undefined for a group and version that this server serves. The core group and the aggregator's own are never served elsewhere:
 *  a mistake in their APIServices could not be corrected any more. */
export function remoteServiceOf(service: APIService): RemoteService | undefined {
  const { spec, metadata } = service;
  const {
    group = '',
    version = '',
    service: reference,
    caBundle,
    insecureSkipTLSVerify = false,
  } = spec ?? {};
  if (!spec || !reference || group === '' || group === APIService.resource.group) return undefined;
  const { namespace = '', name = '', port = 443 } = reference;
  return {
    name: metadata.name ?? '',
    group,
    version,
    priority: { group: spec.groupPriorityMinimum, version: spec.versionPriority },
    service: { namespace, name, port },
    ca: caBundle ? Buffer.from(caBundle, 'base64').toString() : '',
    insecure: insecureSkipTLSVerify,
    available: isConditionTrue(service, 'Available'),
  };
}

/** `/apis/GROUP/VERSION`. */
export const rootOf = ({ group, version }: Pick<RemoteService, 'group' | 'version'>): string =>
  `/apis/${group}/${version}`;
