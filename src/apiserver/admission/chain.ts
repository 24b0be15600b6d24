// The admission plug-ins in upstream's order (pkg/kubeapiserver/options/plugins.go). Mutating webhooks are called after all
// mutating plug-ins, validating webhooks before all validating ones. Called through registry/admission.ts.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { failure, StatusError } from '../../api/status/status-error.ts';
import type { Logger } from '../../kit/log.ts';
import { loadPatterns } from '../crd/patterns.ts';
import { type Admission, type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { certificateApproval } from './certificate-approval.ts';
import { defaultIngressClass, defaultStorageClass } from './default-classes.ts';
import { escalation } from './escalation.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import type { Plugin, PluginOptions } from './plugin.ts';
import { defaultTolerationSeconds } from './pods/default-toleration-seconds.ts';
import { limitRanger } from './pods/limit-ranger.ts';
import { podSecurity } from './pods/pod-security.ts';
import { priority } from './pods/priority.ts';
import { runtimeClass } from './pods/runtime-class.ts';
import { serviceAccount } from './pods/service-account.ts';
import { resourceQuota } from './resource-quota.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';
import { Webhooks } from './webhooks/webhooks.ts';

const PLUGINS: readonly ((options: PluginOptions) => Plugin)[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  () => nodeRestriction,
  () => taintNodesByCondition,
  podSecurity,
  priority,
  () => defaultTolerationSeconds,
  defaultStorageClass,
  runtimeClass,
  certificateApproval,
  defaultIngressClass,
  resourceQuota,
  escalation,
];

export interface ChainOptions extends PluginOptions {
  readonly log: Logger;
  /** Names of disabled plug-ins. */
  readonly disabled?: readonly string[] | undefined;
}

/** Resources are constructed with the chain, and plug-ins read resources: plug-ins are therefore installed later. Before
 *  install() the chain admits everything; no request is served then. */
export class AdmissionChain implements Admission {
  #mutating: readonly Plugin[] = [];
  #validating: readonly Plugin[] = [];
  #webhooks: Webhooks | undefined;

  install(options: ChainOptions): void {
    const { disabled = [] } = options;
    const plugins = PLUGINS.map((make) => make(options)).filter(({ name }) => !disabled.includes(name));
    this.#mutating = plugins.filter(({ admit }) => admit);
    this.#validating = plugins.filter(({ validate }) => validate);
    this.#webhooks = new Webhooks(options);
  }

  admit(attributes: AdmissionAttributes): void | Promise<void> {
    for (const plugin of this.#mutating) run(plugin, attributes, 'admit');
    return this.#webhooks?.admit(attributes);
  }

  /** Webhooks come first: ResourceQuota, nearly the last plug-in, must count only writes that all others admit. */
  validate(attributes: AdmissionAttributes): void | Promise<void> {
    const called = this.#webhooks?.validate(attributes);
    return called ? called.then(() => this.#validate(attributes)) : this.#validate(attributes);
  }

  #validate(attributes: AdmissionAttributes): void | Promise<void> {
    for (const plugin of this.#validating) run(plugin, attributes, 'validate');
    // The pattern engine must be loaded before the first custom object of the definition is validated.
    if (concerns(attributes, CustomResourceDefinition)) return loadPatterns();
  }
}

/** Fails closed: an exception in a plug-in refuses the request. */
function run(plugin: Plugin, attributes: AdmissionAttributes, step: 'admit' | 'validate'): void {
  try {
    plugin[step]!(attributes);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw failure(500, 'InternalError', `admission plugin "${plugin.name}" failed: ${why}`, undefined, {
      cause: error,
    });
  }
}
