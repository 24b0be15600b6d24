// What an admission plugin is: `admit` may change the object before it is validated, `validate` may only refuse it after.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { forbidden, type StatusError } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { Authorizer } from '../authz/attributes.ts';
import type { Attributes } from '../registry/admission.ts';
import type { Registries } from '../registry/registries.ts';
import { targetOf } from '../registry/served.ts';

export interface Plugin {
  /** As kube-apiserver's flags call it. */
  readonly name: string;
  admit?(attributes: Attributes): void;
  validate?(attributes: Attributes): void;
}

export interface PluginOptions {
  readonly registries: Registries;
  readonly clock: Clock;
  readonly random: Random;
  readonly authorizer: Authorizer;
}

/** `pods`, `deployments.apps`, with the subresource behind a slash. */
export function resourceOf({ served, context }: Attributes): string {
  const { group, plural } = served.kind.resource;
  const name = group ? `${plural}.${group}` : plural;
  return context.subresource ? `${name}/${context.subresource}` : name;
}

/** The object as the type that its resource has. */
export const objectAs = <T>(object: KubeObject | undefined): T => object as unknown as T;

export const deny = (attributes: Attributes, why: string): StatusError =>
  forbidden(targetOf(attributes.served), attributes.name, why);
