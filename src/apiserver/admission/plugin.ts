// An admission plug-in: `admit` may change the object before it is validated, `validate` may only refuse it afterwards.
// Both are synchronous: plug-ins read only the caches, and where the authorizer cannot answer at once, `validate` is called again. A plug-in without one of them is not called for it.
import { forbidden, type StatusError } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { Rbac } from '../authz/rbac.ts';
import type { SettledAuthorizer } from '../authz/settled-authorizer.ts';
import type { AdmissionAttributes } from '../registry/admission.ts';
import { targetOf } from '../registry/resource.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { PodSecurityExemptions } from './pods/security/policy.ts';

export interface Plugin {
  /** The name in kube-apiserver's flags. */
  readonly name: string;
  admit?(attributes: AdmissionAttributes): void;
  validate?(attributes: AdmissionAttributes): void;
}

export interface PluginOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: SettledAuthorizer;
  readonly rbac: Rbac;
  readonly podSecurityExemptions?: PodSecurityExemptions | undefined;
}

export const deny = (attributes: AdmissionAttributes, why: string): StatusError =>
  forbidden(targetOf(attributes), attributes.name, why);
