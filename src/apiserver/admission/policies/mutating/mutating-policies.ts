// Mutating admission policies: those that are bound and match change the object of a create or update, one after another in the
// order of their names, before mutating webhooks are called. Without policies nothing of CEL is loaded. Called by chain.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating/dispatcher.go.
import { applyDefaults } from '../../../../api/defaults/apply-defaults.ts';
import { MutatingAdmissionPolicy } from '../../../../api/kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingAdmissionPolicyBinding } from '../../../../api/kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { Namespace } from '../../../../api/kinds/core/v1/namespace.ts';
import type { KubeObject } from '../../../../api/meta/v1/resource.ts';
import { failure, type StatusError } from '../../../../api/status/status-error.ts';
import { type Pace, paced, type Steps } from '../../../../kit/clock.ts';
import { type AdmissionAttributes, isWhole } from '../../../registry/admission.ts';
import type { Item } from '../../../watch-cache/item.ts';
import type { ResourceCache } from '../../../watch-cache/resource-cache.ts';
import { seenIn, takeOver } from '../../equivalent.ts';
import { deny } from '../../plugin.ts';
import { type Mutation, Reinvocation } from '../../reinvocation.ts';
import type { Inputs } from '../inputs.ts';
import { applies, type Invocation, isExempt, namespaceSeen, stepsOf } from '../invocations.ts';
import type { PoliciesOptions } from '../policies.ts';
import { MutationMetrics } from './metrics.ts';
import type { CompiledMutations } from './mutating-policy.ts';

type Engine = typeof import('./mutating-policy.ts');
type Policy = Item<MutatingAdmissionPolicy>;
type PolicyInvocation = Invocation<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding>;

interface Failure {
  readonly policy: Policy;
  readonly binding: Item | undefined;
  readonly message: string;
  readonly reason: 'Invalid' | 'Forbidden';
}

export class MutatingPolicies {
  readonly #options: PoliciesOptions;
  readonly #policies: ResourceCache<MutatingAdmissionPolicy>;
  readonly #bindings: ResourceCache<MutatingAdmissionPolicyBinding>;
  readonly #namespaces: ResourceCache<Namespace>;
  readonly #metrics: MutationMetrics;
  /** By version of the policy: a changed one has another item. */
  readonly #compiled = new WeakMap<Policy, CompiledMutations>();
  #engine: Engine | undefined;

  constructor(options: PoliciesOptions) {
    const { resources, metrics } = options;
    this.#options = options;
    this.#policies = resources.stored(MutatingAdmissionPolicy).cache;
    this.#bindings = resources.stored(MutatingAdmissionPolicyBinding).cache;
    this.#namespaces = resources.stored(Namespace).cache;
    this.#metrics = new MutationMetrics(metrics);
  }

  /** Undefined if no policy applies. */
  mutation(attributes: AdmissionAttributes): Mutation | undefined {
    const { store, prefix } = this.#bindings;
    if (store.count(prefix) === 0 || !attributes.object || isExempt(attributes)) return undefined;
    if (!applies(this.#sources, attributes)) return undefined;
    const state = new Reinvocation<string>();
    return { round: (again) => this.#round(attributes, state, again) };
  }

  get #sources() {
    const { resources } = this.#options;
    return {
      resources,
      namespaces: this.#namespaces,
      policies: this.#policies,
      bindings: this.#bindings,
    };
  }

  async #load(): Promise<Engine> {
    const engine = await import('./mutating-policy.ts');
    await engine.ready();
    return engine;
  }

  async #round(
    attributes: AdmissionAttributes,
    state: Reinvocation<string>,
    again: boolean,
  ): Promise<boolean> {
    this.#engine ??= await this.#load();
    if (again) state.enter(attributes.object);
    const before = JSON.stringify(attributes.object);
    const steps = await stepsOf(this.#sources, attributes);
    const failures: Failure[] = [];
    for (const step of steps) if (!('seen' in step)) failures.push({ ...step, reason: 'Forbidden' });
    for (const step of steps)
      if ('seen' in step && !(again && !state.isDue(keyOf(step))))
        await this.#invoke(this.#engine, attributes, step, state, failures);
    const [first, ...others] = failures.filter(
      ({ policy }) => policy.object.spec?.failurePolicy !== 'Ignore',
    );
    if (first) throw refusal(attributes, [first, ...others]);
    state.leave(attributes.object);
    return JSON.stringify(attributes.object) !== before;
  }

  async #invoke(
    engine: Engine,
    attributes: AdmissionAttributes,
    invocation: PolicyInvocation,
    state: Reinvocation<string>,
    failures: Failure[],
  ): Promise<void> {
    const { policy, binding } = invocation;
    const { authorizer, clock } = this.#options;
    const compiled = await this.#compiledOf(engine, policy, attributes.pace);
    const fail = (message: string) => failures.push({ policy, binding, message, reason: 'Invalid' });
    const inputs = await this.#inputs(attributes, invocation);
    const holds = () => engine.conditionsHold(compiled, inputs);
    const match = await authorizer.settleSteps(holds, attributes.pace);
    if ('error' in match) return void fail(match.error);
    if (!match.matches) return;
    const before = JSON.stringify(attributes.object);
    for (const mutation of compiled.mutations) {
      const started = clock.monotonic();
      const error = await this.#mutate(attributes, invocation, (current) =>
        engine.mutated(compiled, mutation, current),
      );
      this.#metrics.observe(policy.name, binding.name, error, (clock.monotonic() - started) / 1000);
      if (error !== undefined) fail(error);
    }
    if (JSON.stringify(attributes.object) !== before) state.changed();
    if (policy.object.spec?.reinvocationPolicy === 'IfNeeded') state.add(keyOf(invocation));
  }

  /** Changes the object in place; returns the error of a mutation that fails. */
  async #mutate(
    attributes: AdmissionAttributes,
    invocation: PolicyInvocation,
    mutate: (inputs: Inputs) => Steps<object>,
  ): Promise<string | undefined> {
    const { authorizer, resources } = this.#options;
    try {
      const inputs = await this.#inputs(attributes, invocation);
      const made = await authorizer.settleSteps(() => mutate(inputs), attributes.pace);
      await takeOver(resources, attributes, inputs.seen, made);
      if (isWhole(attributes)) applyDefaults(attributes.kind, attributes.object as KubeObject);
      return undefined;
    } catch (error) {
      const { MutationError, OutOfBudget } = this.#engine!;
      if (error instanceof MutationError || error instanceof OutOfBudget) return error.message;
      throw error;
    }
  }

  /** With the object as mutations before have left it. */
  async #inputs(attributes: AdmissionAttributes, { seen, params }: PolicyInvocation): Promise<Inputs> {
    const { authorizer, resources } = this.#options;
    return {
      attributes,
      seen: await seenIn(resources, attributes, seen.kind),
      authorizer,
      namespace: namespaceSeen(this.#namespaces, attributes),
      params,
    };
  }

  async #compiledOf(engine: Engine, policy: Policy, pace: Pace): Promise<CompiledMutations> {
    let compiled = this.#compiled.get(policy);
    if (!compiled) {
      compiled = await paced(engine.compileMutations(policy.object), pace);
      this.#compiled.set(policy, compiled);
    }
    return compiled;
  }
}

const keyOf = ({ policy, binding, params }: PolicyInvocation): string =>
  JSON.stringify([policy.name, binding.name, params?.metadata.namespace, params?.metadata.name]);

/** As upstream a 403, with the reason of the first failure. */
function refusal(attributes: AdmissionAttributes, failures: readonly [Failure, ...Failure[]]): StatusError {
  const messages = failures.map(({ policy, binding, message }) =>
    binding
      ? `policy '${policy.name}' with binding '${binding.name}' denied request: ${message}`
      : `policy ${JSON.stringify(policy.name)} denied request: ${message}`,
  );
  const { status } = deny(attributes, '');
  const causes = messages.map((message) => ({ message }));
  return failure(403, failures[0].reason, messages[0]!, { ...status.details, causes });
}
