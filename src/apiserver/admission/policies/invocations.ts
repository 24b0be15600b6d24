// Which policies apply to a request, with which bindings and parameters: what validating and mutating policies have in common.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go.
import type {
  MatchResources,
  ParamKind,
  ParamRef,
} from '../../../api/kinds/admissionregistration/v1/matching.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';
import type { Eventual } from '../../registry/eventual.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import { asRequested, otherVersions, type Seen, seenIn } from '../equivalent.ts';
import { isOwnConfiguration } from '../webhooks/matching.ts';
import { type MatchContext, matchedVersion } from './matching.ts';
import { ConfigurationError, collectParams, paramsReady } from './params.ts';

interface PolicyObject extends KubeObject {
  readonly spec?: {
    readonly matchConstraints?: MatchResources;
    readonly paramKind?: ParamKind;
    readonly failurePolicy?: string;
  };
}

interface BindingObject extends KubeObject {
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: ParamRef;
    readonly matchResources?: MatchResources;
  };
}

/** One evaluation of a policy. */
export interface Invocation<P extends PolicyObject, B extends BindingObject> {
  readonly policy: Item<P>;
  readonly binding: Item<B>;
  /** The version of the resource that the policy matches, and the objects in it. */
  readonly seen: Seen;
  readonly params: KubeObject | null;
}

/** A policy or binding that cannot be evaluated. */
export interface Misconfigured<P extends PolicyObject, B extends BindingObject> {
  readonly policy: Item<P>;
  readonly binding: Item<B> | undefined;
  readonly message: string;
}

export type Step<P extends PolicyObject, B extends BindingObject> = Invocation<P, B> | Misconfigured<P, B>;

/** Reviews of who may do what are never judged by policies. */
const EXEMPT = new Set([
  'authentication.k8s.io/selfsubjectreviews',
  'authentication.k8s.io/tokenreviews',
  'authorization.k8s.io/localsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectaccessreviews',
  'authorization.k8s.io/selfsubjectrulesreviews',
  'authorization.k8s.io/subjectaccessreviews',
]);

export function isExempt(attributes: AdmissionAttributes): boolean {
  const { group, plural } = attributes.kind.resource;
  return isOwnConfiguration(attributes) || EXEMPT.has(`${group}/${plural}`);
}

/** The namespace that expressions see: none for cluster-scoped objects and for Namespaces. */
export const namespaceSeen = (
  namespaces: ResourceCache<Namespace>,
  attributes: AdmissionAttributes,
): Namespace | undefined =>
  concerns(attributes, Namespace, attributes.subresource)
    ? undefined
    : namespaces.get('', attributes.namespace)?.object;

interface Sources<P extends PolicyObject, B extends BindingObject> {
  readonly resources: ResourceTable;
  readonly namespaces: ResourceCache<Namespace>;
  readonly policies: ResourceCache<P>;
  readonly bindings: ResourceCache<B>;
}

interface Matched<P extends PolicyObject, B extends BindingObject> {
  readonly policy: Item<P>;
  readonly bindings: readonly Item<B>[];
  readonly kind: AnyResource;
}

/** In the order of the names of policies and bindings. A promise if something has to be converted first. */
export function stepsOf<P extends PolicyObject, B extends BindingObject>(
  sources: Sources<P, B>,
  attributes: AdmissionAttributes,
): Eventual<Step<P, B>[]> {
  const matched = matching(sources, attributes);
  const preparation = new Preparation(sources.resources, attributes, matched);
  return preparation.run(() =>
    matched.flatMap((one) => [...stepsOfPolicy(sources.resources, attributes, one, preparation)]),
  );
}

/** Whether any policy is bound to the request. */
export const applies = <P extends PolicyObject, B extends BindingObject>(
  sources: Sources<P, B>,
  attributes: AdmissionAttributes,
): boolean => matching(sources, attributes).length > 0;

function matching<P extends PolicyObject, B extends BindingObject>(
  { resources, namespaces, policies, bindings }: Sources<P, B>,
  attributes: AdmissionAttributes,
): Matched<P, B>[] {
  const namespace = concerns(attributes, Namespace, attributes.subresource)
    ? ((attributes.object ?? attributes.old) as Namespace | undefined)
    : namespaceSeen(namespaces, attributes);
  const equivalents = () => otherVersions(resources, attributes.kind);
  const context: MatchContext = { attributes, namespace, equivalents };
  const isBound = ({ object: { spec } }: Item<B>) =>
    !spec?.matchResources || matchedVersion(spec.matchResources, context) !== undefined;
  const byPolicy = Map.groupBy(bindings.items(), ({ object }) => object.spec?.policyName);
  return policies.items().flatMap((policy) => {
    const own = byPolicy.get(policy.name) ?? [];
    const { matchConstraints } = policy.object.spec ?? {};
    const kind = own.length > 0 && matchConstraints ? matchedVersion(matchConstraints, context) : undefined;
    const applying = kind ? own.filter(isBound) : [];
    return kind && applying.length > 0 ? [{ policy, bindings: applying, kind }] : [];
  });
}

/** What webhooks have to convert before anything can be evaluated: the object in other versions, and parameters. */
class Preparation {
  readonly #attributes: AdmissionAttributes;
  readonly #seen = new Map<AnyResource, Seen | Error>();
  readonly #params = new Map<Item, Error>();
  readonly #waits: Promise<unknown>[] = [];

  constructor(
    resources: ResourceTable,
    attributes: AdmissionAttributes,
    matched: readonly Matched<PolicyObject, BindingObject>[],
  ) {
    this.#attributes = attributes;
    for (const kind of new Set(matched.map((one) => one.kind))) this.#see(resources, kind);
    for (const { policy, bindings } of matched)
      for (const binding of bindings) {
        const { paramKind } = policy.object.spec ?? {};
        const paramRef = binding.object.spec?.paramRef;
        const waiting = paramsReady(resources, paramKind, paramRef, attributes.namespace);
        if (waiting) this.#waits.push(waiting.catch((error) => this.#params.set(binding, asError(error))));
      }
  }

  #see(resources: ResourceTable, kind: AnyResource): void {
    const seen = seenIn(resources, this.#attributes, kind);
    if (!(seen instanceof Promise)) return void this.#seen.set(kind, seen);
    const settled = seen.catch(asError).then((found) => this.#seen.set(kind, found));
    this.#waits.push(settled);
  }

  run<T>(then: () => T): Eventual<T> {
    return this.#waits.length > 0 ? Promise.all(this.#waits).then(then) : then();
  }

  seen(kind: AnyResource): Seen | Error {
    return this.#seen.get(kind) ?? asRequested(this.#attributes);
  }

  paramsError(binding: Item): Error | undefined {
    return this.#params.get(binding);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function* stepsOfPolicy<P extends PolicyObject, B extends BindingObject>(
  resources: ResourceTable,
  { namespace }: AdmissionAttributes,
  { policy, bindings, kind }: Matched<P, B>,
  preparation: Preparation,
): Generator<Step<P, B>> {
  const seen = preparation.seen(kind);
  for (const binding of bindings) {
    if (seen instanceof Error) {
      yield { policy, binding: undefined, message: `failed to configure policy: ${seen.message}` };
      continue;
    }
    try {
      const failed = preparation.paramsError(binding);
      if (failed) throw new ConfigurationError(failed.message);
      const { paramKind } = policy.object.spec ?? {};
      for (const params of collectParams(resources, paramKind, binding.object.spec?.paramRef, namespace))
        yield { policy, binding, seen, params };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      yield { policy, binding, message: `failed to configure binding: ${error.message}` };
    }
  }
}
