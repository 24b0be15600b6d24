// PodGroupProtection: a new PodGroup has a finalizer, which is removed when no pod is in it any more. PodGroupWorkloadExists: the
// Workload that it names, and the template there, exist. Upstream: plugin/pkg/admission/{scheduling/podgroupprotection,podgroup}.
import { PodGroup } from '../../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { Workload } from '../../../api/kinds/scheduling/v1alpha2/workload.ts';
import { concerns } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';

const FINALIZER = 'scheduling.k8s.io/podgroup-protection';

export const podGroupProtection: Plugin = {
  name: 'PodGroupProtection',
  admit(attributes) {
    if (attributes.operation !== 'CREATE' || !concerns(attributes, PodGroup)) return;
    const { metadata } = attributes.object!;
    const { finalizers = [] } = metadata;
    if (!finalizers.includes(FINALIZER)) metadata.finalizers = [...finalizers, FINALIZER];
  },
};

export const podGroupWorkloadExists = ({ resources }: PluginOptions): Plugin => ({
  name: 'PodGroupWorkloadExists',
  validate(attributes) {
    if (attributes.operation !== 'CREATE' || !concerns(attributes, PodGroup)) return;
    const ref = attributes.object!.spec.podGroupTemplateRef?.workload;
    if (!ref) return;
    const { workloadName, podGroupTemplateName } = ref;
    const [name, template] = [workloadName, podGroupTemplateName].map((text) => JSON.stringify(text));
    const reject = (why: string) => deny(attributes, `PodGroup rejected: ${why}`);
    const { group, version, plural } = Workload.resource;
    const isServed = resources.get(group, version, plural) !== undefined;
    const workload = isServed
      ? resources.stored(Workload).cache.get(attributes.namespace, workloadName)?.object
      : undefined;
    if (!workload) throw reject(`Workload ${name} not found`);
    if (workload.metadata.deletionTimestamp) throw reject(`Workload ${name} is being deleted`);
    if (!workload.spec.podGroupTemplates?.some((one) => one.name === podGroupTemplateName))
      throw reject(`PodGroupTemplate ${template} not found in Workload ${name}`);
  },
});
