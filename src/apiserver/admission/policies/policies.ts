// Admission policies: every ValidatingAdmissionPolicy that is bound and matches is evaluated for a write, and its failed
// validations refuse the request, warn, or are written to the audit event, as the binding says. Without policies nothing of
// CEL is loaded. Called by chain.ts. Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go.
import { ValidatingAdmissionPolicy } from '../../../api/kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../../../api/kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { failure, type Reason, type StatusError } from '../../../api/status/status-error.ts';
import type { Clock, Steps } from '../../../kit/clock.ts';
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { SettledAuthorizer } from '../../authz/settled-authorizer.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { andThen, type Eventual } from '../../registry/eventual.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import { deny } from '../plugin.ts';
import type { Inputs } from './inputs.ts';
import { type Invocation, isExempt, namespaceSeen, type Step, stepsOf } from './invocations.ts';
import { type Enforcement, PolicyMetrics } from './metrics.ts';
import type { CompiledPolicy, Decision, PolicyResult } from './validating-policy.ts';

export interface PoliciesOptions {
  readonly resources: ResourceTable;
  readonly authorizer: SettledAuthorizer;
  readonly clock: Clock;
  readonly metrics: MetricsRegistry;
}

type Engine = typeof import('./validating-policy.ts');
type Policy = Item<ValidatingAdmissionPolicy>;
type Binding = Item<ValidatingAdmissionPolicyBinding>;
type PolicyStep = Step<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>;
type PolicyInvocation = Invocation<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding>;

interface Denial {
  readonly policy: string;
  readonly binding: string | undefined;
  readonly message: string;
  readonly reason: Reason;
}

export class ValidatingPolicies {
  readonly #options: PoliciesOptions;
  readonly #policies: ResourceCache<ValidatingAdmissionPolicy>;
  readonly #bindings: ResourceCache<ValidatingAdmissionPolicyBinding>;
  readonly #namespaces: ResourceCache<Namespace>;
  readonly #metrics: PolicyMetrics;
  /** By version of the policy: a changed one has another item. */
  readonly #compiled = new WeakMap<Policy, CompiledPolicy>();
  #engine: Engine | undefined;

  constructor(options: PoliciesOptions) {
    const { resources, metrics } = options;
    this.#options = options;
    this.#policies = resources.stored(ValidatingAdmissionPolicy).cache;
    this.#bindings = resources.stored(ValidatingAdmissionPolicyBinding).cache;
    this.#namespaces = resources.stored(Namespace).cache;
    this.#metrics = new PolicyMetrics(metrics);
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const { store, prefix } = this.#bindings;
    if (store.count(prefix) === 0 || isExempt(attributes)) return;
    if (this.#engine) return this.#judge(this.#engine, attributes);
    return this.#load().then((engine) => this.#judge(engine, attributes));
  }

  async #load(): Promise<Engine> {
    const [engine, { ready }] = await Promise.all([
      import('./validating-policy.ts'),
      import('../../../api/cel/admission/expressions.ts'),
    ]);
    await ready();
    this.#engine = engine;
    return engine;
  }

  #judge(engine: Engine, attributes: AdmissionAttributes): void | Promise<void> {
    const { resources } = this.#options;
    const sources = {
      resources,
      namespaces: this.#namespaces,
      policies: this.#policies,
      bindings: this.#bindings,
    };
    return andThen(stepsOf(sources, attributes), (steps) => this.#settled(engine, attributes, steps));
  }

  /** Nothing is told or counted before all policies have their verdicts: they may be asked again. */
  #settled(engine: Engine, attributes: AdmissionAttributes, steps: readonly PolicyStep[]): Eventual<void> {
    const { authorizer } = this.#options;
    const run = authorizer.settleSteps(() => this.#apply(engine, attributes, steps), attributes.pace);
    return andThen(run, (settled) => settled.conclude());
  }

  *#apply(engine: Engine, attributes: AdmissionAttributes, steps: readonly PolicyStep[]): Steps<Run> {
    const { authorizer } = this.#options;
    const namespace = namespaceSeen(this.#namespaces, attributes);
    const run = new Run(attributes, this.#options.clock, this.#metrics, ({ policy, seen, params }) =>
      this.#evaluate(engine, policy, { attributes, seen, authorizer, namespace, params }),
    );
    for (const step of steps) yield* run.step(step);
    return run;
  }

  *#evaluate(engine: Engine, policy: Policy, inputs: Inputs): Steps<PolicyResult> {
    let compiled = this.#compiled.get(policy);
    if (!compiled) {
      compiled = yield* engine.compilePolicy(policy.object);
      this.#compiled.set(policy, compiled);
    }
    return yield* engine.evaluatePolicy(compiled, inputs);
  }
}

/** The policies of one request. */
class Run {
  readonly #attributes: AdmissionAttributes;
  readonly #clock: Clock;
  readonly #metrics: PolicyMetrics;
  readonly #evaluate: (invocation: PolicyInvocation) => Steps<PolicyResult>;
  readonly #denials: Denial[] = [];
  /** By key: those of several bindings are joined. */
  readonly #annotations = new Map<string, Set<string>>();
  /** Warnings, annotations and metrics. */
  readonly #effects: (() => void)[] = [];

  constructor(
    attributes: AdmissionAttributes,
    clock: Clock,
    metrics: PolicyMetrics,
    evaluate: (invocation: PolicyInvocation) => Steps<PolicyResult>,
  ) {
    this.#attributes = attributes;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#evaluate = evaluate;
  }

  *step(step: PolicyStep): Steps<void> {
    const { policy, binding } = step;
    if ('seen' in step) yield* this.#invoke(step);
    else if (policy.object.spec?.failurePolicy !== 'Ignore')
      this.#deny(policy, binding, step.message, 'Invalid');
  }

  *#invoke(invocation: PolicyInvocation): Steps<void> {
    const { policy, binding } = invocation;
    const started = this.#clock.monotonic();
    const result = yield* this.#evaluate(invocation);
    const seconds = (this.#clock.monotonic() - started) / 1000 / Math.max(1, result.decisions.length);
    for (const [i, decision] of result.decisions.entries())
      for (const action of this.#enforce(policy, binding, decision, i))
        this.#effects.push(() => this.#metrics.observe(policy.name, binding.name, decision, action, seconds));
    for (const { key, value } of result.annotations) {
      const name = `${policy.name}/${key}`;
      this.#annotations.set(name, (this.#annotations.get(name) ?? new Set()).add(value.slice(0, 10_240)));
    }
    for (const message of result.annotationErrors) this.#deny(policy, binding, message, 'Invalid');
  }

  /** Throws the refusal, if a policy refuses. */
  conclude(): void {
    for (const effect of this.#effects) effect();
    for (const [key, values] of this.#annotations) this.#attributes.annotate?.(key, [...values].join(', '));
    const denial = this.#denials[0];
    if (denial) throw refusal(this.#attributes, denial);
  }

  #deny(policy: Policy, binding: Binding | undefined, message: string, reason: Reason): void {
    this.#denials.push({ policy: policy.name, binding: binding?.name, message, reason });
  }

  #enforce(policy: Policy, binding: Binding, decision: Decision, index: number): Enforcement[] {
    if (decision.action === 'admit') return decision.message === undefined ? [] : ['allow'];
    const actions = binding.object.spec.validationActions ?? [];
    const taken: Enforcement[] = [];
    if (actions.includes('Deny')) {
      this.#deny(policy, binding, decision.message, decision.reason);
      taken.push('deny');
    }
    if (actions.includes('Audit')) {
      this.#audit(policy, binding, decision.message, index);
      taken.push('audit');
    }
    if (actions.includes('Warn')) {
      const where = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
      const warning = `Validation failed for ${where}: ${decision.message}`;
      this.#effects.push(() => this.#attributes.warn(warning));
      taken.push('warn');
    }
    return taken;
  }

  #audit(policy: Policy, binding: Binding, message: string, expressionIndex: number): void {
    const { validationActions } = binding.object.spec;
    const failed = [
      { message, policy: policy.name, binding: binding.name, expressionIndex, validationActions },
    ];
    this.#effects.push(() =>
      this.#attributes.annotate?.(
        'validation.policy.admission.k8s.io/validation_failure',
        JSON.stringify(failed),
      ),
    );
  }
}

const codes: Readonly<Partial<Record<Reason, number>>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
};

function refusal(attributes: AdmissionAttributes, { policy, binding, message, reason }: Denial): StatusError {
  const where = binding === undefined ? `'${policy}'` : `'${policy}' with binding '${binding}'`;
  const why = `ValidatingAdmissionPolicy ${where} denied request: ${message}`;
  const { status } = deny(attributes, why);
  const shown: Reason = reason || 'Invalid';
  const details = { ...status.details, causes: [{ message: why }] };
  return failure(codes[shown] ?? 422, shown, status.message ?? why, details);
}
