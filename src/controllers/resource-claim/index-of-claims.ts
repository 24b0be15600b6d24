// Claims, templates and pods as the caches show them, and how they are found by one another. Called by controller.ts and apply.ts.
import { claimNamesOf } from '../../api/devices/pod-claims.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../api/kinds/resource/v1/resource-claim-template.ts';
import { keyOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import type { InformerFactory, InformerOf } from '../../client/informer/factory.ts';
import { type FindClaim, owningPod } from './plan.ts';

const PODS_BY_CLAIM = 'pods-by-claim';
const PODS_BY_TEMPLATE = 'pods-by-claim-template';
const CLAIMS_BY_OWNER = 'claims-by-owning-pod';

export class IndexOfClaims {
  readonly pods: InformerOf<typeof Pod>;
  readonly claims: InformerOf<typeof ResourceClaim>;
  readonly templates: InformerOf<typeof ResourceClaimTemplate>;

  constructor(informers: InformerFactory) {
    this.pods = informers.informer(Pod);
    this.claims = informers.informer(ResourceClaim);
    this.templates = informers.informer(ResourceClaimTemplate);
    this.pods.addIndex(PODS_BY_CLAIM, (pod) =>
      claimNamesOf(pod).map((name) => `${namespaceOf(pod)}/${name}`),
    );
    this.pods.addIndex(PODS_BY_TEMPLATE, (pod) => templatesOf(pod));
    this.claims.addIndex(CLAIMS_BY_OWNER, (claim) => {
      const owner = owningPod(claim);
      return owner ? [owner.uid] : [];
    });
  }

  readonly claim: FindClaim = (name, namespace) => this.claims.lister.get(name, namespace);

  podsUsing(claim: Readonly<ResourceClaim>): Readonly<Pod>[] {
    return this.pods.lister.byIndex(PODS_BY_CLAIM, keyOf(claim));
  }

  podsWith(template: Readonly<ResourceClaimTemplate>): Readonly<Pod>[] {
    return this.pods.lister.byIndex(PODS_BY_TEMPLATE, keyOf(template));
  }

  ownedBy(pod: Readonly<Pod>): Readonly<ResourceClaim>[] {
    return this.claims.lister.byIndex(CLAIMS_BY_OWNER, uidOf(pod));
  }
}

function templatesOf(pod: Readonly<Pod>): string[] {
  const keys = (pod.spec?.resourceClaims ?? []).flatMap(({ resourceClaimTemplateName: name }) =>
    name === undefined ? [] : [`${namespaceOf(pod)}/${name}`],
  );
  return [...new Set(keys)];
}
