// The rules that many kinds share, as lists of kinds: what upstream's strategies answer to yes-or-no questions.
import type { ResourceInfo } from '../../api/meta/v1/resource.ts';
import type { Strategy } from '../registry/strategy.ts';

const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const GENERATION = names(`
  pods podtemplates replicationcontrollers deployments.apps replicasets.apps statefulsets.apps daemonsets.apps
  jobs.batch cronjobs.batch poddisruptionbudgets.policy ingresses.networking.k8s.io ingressclasses.networking.k8s.io
  networkpolicies.networking.k8s.io endpointslices.discovery.k8s.io priorityclasses.scheduling.k8s.io
  flowschemas.flowcontrol.apiserver.k8s.io prioritylevelconfigurations.flowcontrol.apiserver.k8s.io
  customresourcedefinitions.apiextensions.k8s.io deviceclasses.resource.k8s.io resourceslices.resource.k8s.io
  validatingwebhookconfigurations.admissionregistration.k8s.io mutatingwebhookconfigurations.admissionregistration.k8s.io
  validatingadmissionpolicies.admissionregistration.k8s.io mutatingadmissionpolicies.admissionregistration.k8s.io
  validatingadmissionpolicybindings.admissionregistration.k8s.io
  mutatingadmissionpolicybindings.admissionregistration.k8s.io`);

const CREATE_ON_UPDATE = names(`
  services endpoints events limitranges events.events.k8s.io leases.coordination.k8s.io
  roles.rbac.authorization.k8s.io rolebindings.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io
  clusterrolebindings.rbac.authorization.k8s.io`);

const VERSION_REQUIRED = names(`
  leases.coordination.k8s.io poddisruptionbudgets.policy customresourcedefinitions.apiextensions.k8s.io
  apiservices.apiregistration.k8s.io`);

const RETURNS_DELETED = names(`
  pods services serviceaccounts persistentvolumes persistentvolumeclaims podtemplates resourcequotas`);

const ORPHANS = names('replicationcontrollers jobs.batch');

export function traitsOf({ group, plural }: Pick<ResourceInfo, 'group' | 'plural'>): Strategy {
  const name = group ? `${plural}.${group}` : plural;
  return {
    generation: GENERATION.has(name),
    createOnUpdate: CREATE_ON_UPDATE.has(name),
    unconditionalUpdate: !VERSION_REQUIRED.has(name),
    returnsDeleted: RETURNS_DELETED.has(name),
    orphanByDefault: ORPHANS.has(name),
  };
}
