// The plugins in upstream's order. Each is a small file; a server may leave some out by name.
import { failure, StatusError } from '../../api/status/status-error.ts';
import type { Logger } from '../../kit/log.ts';
import { loadPatterns } from '../crd/patterns.ts';
import type { Admission, Attributes } from '../registry/admission.ts';
import { certificateApproval } from './certificate-approval.ts';
import { defaultIngressClass, defaultStorageClass } from './default-classes.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeRestriction } from './node-restriction.ts';
import { type Plugin, type PluginOptions, resourceOf } from './plugin.ts';
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
  nodeRestriction,
  () => taintNodesByCondition,
  podSecurity,
  priority,
  () => defaultTolerationSeconds,
  defaultStorageClass,
  runtimeClass,
  certificateApproval,
  defaultIngressClass,
  resourceQuota,
];

export interface ChainOptions extends PluginOptions {
  readonly log: Logger;
}

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

export function admissionChain(options: ChainOptions, disabled: readonly string[] = []): Admission {
  const plugins = PLUGINS.map((make) => make(options)).filter(({ name }) => !disabled.includes(name));
  const mutating = plugins.filter(({ admit }) => admit);
  const validating = plugins.filter(({ validate }) => validate);
  const webhooks = new Webhooks(options);
  const validate = (attributes: Attributes) => {
    for (const plugin of validating) run(plugin, attributes, 'validate');
    // A definition is stored only when its objects can be validated.
    if (resourceOf(attributes) === DEFINITIONS) return loadPatterns();
  };
  return {
    admit(attributes) {
      for (const plugin of mutating) run(plugin, attributes, 'admit');
      return webhooks.admit(attributes);
    },
    // Webhooks come first: what is counted (quotas) is counted for writes that nobody else refuses.
    validate(attributes) {
      const asked = webhooks.validate(attributes);
      return asked ? asked.then(() => validate(attributes)) : validate(attributes);
    },
  };
}

/** A plugin that fails refuses the request; it does not let it through. */
function run(plugin: Plugin, attributes: Attributes, step: 'admit' | 'validate'): void {
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
