// The one chain that every write, connection, binding, eviction and token request passes: the plug-ins in upstream's order
// (pkg/kubeapiserver/options/plugins.go), in each step followed by the webhooks, and last ResourceQuota, which must count only
// what all others admit. Called through registry/admission.ts.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { failure, StatusError } from '../../api/status/status-error.ts';
import { hasExpressions, loadExpressions } from '../../api/validation/admission/expressions.ts';
import { hasSelectors, loadSelectors } from '../../api/validation/kinds/devices/selectors.ts';
import type { KeptConnections } from '../../kit/http1/kept-connections.ts';
import type { Logger } from '../../kit/log.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import { AwaitsAnswer, type SettledAuthorizer } from '../authz/settled-authorizer.ts';
import { loadFor } from '../crd/rules/engine.ts';
import { type Admission, type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { certificateApproval, certificateSigning } from './certificates/certificate-rights.ts';
import { podCertificateSigning } from './certificates/pod-certificate-signing.ts';
import { certificateSubjectRestriction } from './certificates/subject-restriction.ts';
import { clusterTrustBundleAttest } from './certificates/trust-bundle-attest.ts';
import { defaultIngressClass, defaultStorageClass } from './default-classes.ts';
import { escalation } from './escalation.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './nodes/node-restriction.ts';
import { taintNodesByCondition } from './nodes/taint-nodes-by-condition.ts';
import type { Plugin, PluginOptions } from './plugin.ts';
import { defaultTolerationSeconds } from './pods/default-toleration-seconds.ts';
import { limitRanger } from './pods/limit-ranger.ts';
import { podGroupProtection, podGroupWorkloadExists } from './pods/pod-groups.ts';
import { priority } from './pods/priority.ts';
import { runtimeClass } from './pods/runtime-class.ts';
import { podSecurity } from './pods/security/pod-security.ts';
import { serviceAccount } from './pods/service-account.ts';
import { podTopologyLabels } from './pods/topology-labels.ts';
import { MutatingPolicies } from './policies/mutating/mutating-policies.ts';
import { ValidatingPolicies } from './policies/policies.ts';
import { type QuotaPlugin, resourceQuota } from './quota/resource-quota.ts';
import type { Mutation } from './reinvocation.ts';
import { persistentVolumeClaimResize } from './storage/claim-resize.ts';
import { storageObjectInUseProtection } from './storage/in-use-protection.ts';
import { Webhooks } from './webhooks/webhooks.ts';

const PLUGINS: readonly ((options: PluginOptions) => Plugin)[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  () => taintNodesByCondition,
  podSecurity,
  priority,
  () => defaultTolerationSeconds,
  defaultStorageClass,
  () => storageObjectInUseProtection,
  () => podGroupProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  certificateApproval,
  certificateSigning,
  clusterTrustBundleAttest,
  () => certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  podGroupWorkloadExists,
];

export interface ChainOptions extends PluginOptions {
  readonly log: Logger;
  /** To webhooks. */
  readonly connections: KeptConnections;
  readonly metrics: MetricsRegistry;
  /** Names of disabled plug-ins. */
  readonly disabled?: readonly string[] | undefined;
}

/** Resources are constructed with the chain, and plug-ins read resources: plug-ins are therefore installed later. Before
 *  install() the chain admits everything; no request is served then. */
export class AdmissionChain implements Admission {
  #authorizer: SettledAuthorizer | undefined;
  #mutating: readonly Plugin[] = [];
  #validating: readonly Plugin[] = [];
  #policies: ValidatingPolicies | undefined;
  #mutatingPolicies: MutatingPolicies | undefined;
  #webhooks: Webhooks | undefined;
  /** Last but the quota, which is charged only for what all others admit. */
  #lifecycle: Plugin | undefined;
  #quota: QuotaPlugin | undefined;

  install(options: ChainOptions): void {
    const { disabled = [] } = options;
    this.#authorizer = options.authorizer;
    const enabled = ({ name }: Pick<Plugin, 'name'>) => !disabled.includes(name);
    const plugins = PLUGINS.map((make) => make(options)).filter(enabled);
    this.#mutating = plugins.filter(({ admit }) => admit);
    // These are no plug-ins upstream, so they cannot be disabled.
    const always = [escalation(options), podCertificateSigning(options)];
    const isLast = ({ name }: Plugin) => name === 'NamespaceLifecycle';
    this.#validating = [...always, ...plugins.filter((one) => one.validate && !isLast(one))];
    this.#policies = new ValidatingPolicies(options);
    this.#webhooks = new Webhooks(options);
    this.#mutatingPolicies = new MutatingPolicies(options);
    this.#lifecycle = plugins.find(isLast);
    this.#quota = [resourceQuota(options)].find(enabled);
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    this.#runMutating(attributes);
    const policies = this.#mutatingPolicies?.mutation(attributes);
    const webhooks = this.#webhooks?.mutation(attributes, !policies);
    const mutations = [policies, webhooks].filter((mutation) => mutation !== undefined);
    const mutated = mutations.length > 0 ? this.#mutate(attributes, mutations) : undefined;
    const loaded = loadedFor(attributes);
    return loaded ? Promise.all([loaded, mutated]).then(() => {}) : mutated;
  }

  /** If policies or webhooks change the object, the plug-ins see it again, and then those policies and webhooks that ask for it.
   *  Upstream: staging/src/k8s.io/apiserver/pkg/admission/reinvocation.go. */
  async #mutate(attributes: AdmissionAttributes, mutations: readonly Mutation[]): Promise<void> {
    let changed = false;
    for (const mutation of mutations) if (await mutation.round(false)) changed = true;
    if (!changed) return;
    this.#runMutating(attributes);
    for (const mutation of mutations) await mutation.round(true);
  }

  #runMutating(attributes: AdmissionAttributes): void {
    for (const plugin of this.#mutating) run(plugin, attributes, 'admit');
  }

  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const checked = this.#authorizer?.settle(() => {
      for (const plugin of this.#validating) run(plugin, attributes, 'validate');
    });
    return checked ? checked.then(() => this.#judge(attributes)) : this.#judge(attributes);
  }

  #judge(attributes: AdmissionAttributes): void | Promise<void> {
    const judged = this.#policies?.validate(attributes);
    return judged ? judged.then(() => this.#callWebhooks(attributes)) : this.#callWebhooks(attributes);
  }

  #callWebhooks(attributes: AdmissionAttributes): void | Promise<void> {
    const called = this.#webhooks?.validate(attributes);
    return called ? called.then(() => this.#finish(attributes)) : this.#finish(attributes);
  }

  #finish(attributes: AdmissionAttributes): void | Promise<void> {
    if (this.#lifecycle) run(this.#lifecycle, attributes, 'validate');
    return this.#quota?.validate(attributes);
  }
}

/** What validation of the object needs: patterns and rules are compiled when a definition is written and run for its objects;
 *  expressions are compiled when admission configuration with them is written, or what selects devices. */
function loadedFor(attributes: AdmissionAttributes): Promise<void> | undefined {
  const { custom } = attributes.kind;
  if (custom) return loadFor(custom.schema);
  if (concerns(attributes, CustomResourceDefinition)) return loadFor(attributes.object);
  if (hasSelectors(attributes.object)) return loadSelectors();
  return hasExpressions(attributes.object) ? loadExpressions() : undefined;
}

/** Fails closed: an exception in a plug-in refuses the request. */
function run(plugin: Plugin, attributes: AdmissionAttributes, step: 'admit' | 'validate'): void {
  try {
    plugin[step]!(attributes);
  } catch (error) {
    if (error instanceof StatusError || error instanceof AwaitsAnswer) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw failure(500, 'InternalError', `admission plugin "${plugin.name}" failed: ${why}`, undefined, {
      cause: error,
    });
  }
}
