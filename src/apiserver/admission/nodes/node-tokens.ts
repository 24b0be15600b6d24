// The tokens that a node may request: bound by uid to a pod on this node, for one audience, which a volume of the pod names
// (ServiceAccountNodeAudienceRestriction), or which the node is authorized for. Called by node-restriction.ts.
import { TokenRequest } from '../../../api/kinds/authentication/v1/token-request.ts';
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { ephemeralClaimName } from '../../../api/pods/references.ts';
import { notFound } from '../../../api/status/status-error.ts';
import { resourceAttributes } from '../../authz/attributes.ts';
import { type AdmissionAttributes, carries } from '../../registry/admission.ts';
import { deny, type PluginOptions } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

export function tokenRules({ resources, authorizer }: PluginOptions): NodeRule {
  const pods = resources.stored(Pod).cache;
  const claims = resources.stored(PersistentVolumeClaim).cache;
  const volumes = resources.stored(PersistentVolume).cache;
  const drivers = resources.stored(CSIDriver).cache;

  return (attributes, node) => {
    if (attributes.operation !== 'CREATE' || !carries(attributes, ServiceAccount, 'token', TokenRequest))
      return;
    const { spec } = attributes.object!;
    const ref = spec?.boundObjectRef;
    if (ref?.apiVersion !== 'v1' || ref.kind !== 'Pod' || !ref.name)
      throw deny(attributes, 'node requested token not bound to a pod');
    if (!ref.uid) throw deny(attributes, 'node requested token with a pod binding without a uid');
    const pod = pods.get(attributes.namespace, ref.name)?.object;
    if (!pod) throw notFound({ resource: 'pods' }, ref.name);
    if (ref.uid !== pod.metadata.uid)
      throw deny(
        attributes,
        `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      );
    if (pod.spec?.nodeName !== node)
      throw deny(attributes, 'node requested token bound to a pod scheduled on a different node');
    checkAudience(attributes, spec?.audiences ?? [], pod);
  };

  function checkAudience(attributes: AdmissionAttributes, audiences: readonly string[], pod: Pod): void {
    if (audiences.length > 1) throw deny(attributes, 'node may only request 0 or 1 audiences');
    const [audience = ''] = audiences;
    if (pod.spec?.volumes?.some((volume) => uses(volume, audience, pod))) return;
    const { user, namespace, name } = attributes;
    const verb = 'request-serviceaccounts-token-audience';
    if (authorizer.authorize(user, resourceAttributes({ verb, resource: audience, namespace, name })).allowed)
      return;
    throw deny(
      attributes,
      `audience ${JSON.stringify(audience)} not found in pod spec volume, ${user.name} is not authorized to request tokens for this audience`,
    );
  }

  /** Whether the volume needs a token for the audience: by its own projection, or by its CSI driver. */
  function uses(volume: Volume, audience: string, pod: Pod): boolean {
    const projected = volume.projected?.sources ?? [];
    if (projected.some(({ serviceAccountToken: token }) => token && (token.audience ?? '') === audience))
      return true;
    const driver = driverOf(volume, pod);
    const wanted = driver && drivers.get('', driver)?.object.spec?.tokenRequests;
    return wanted ? wanted.some((request) => (request.audience ?? '') === audience) : false;
  }

  function driverOf(volume: Volume, { metadata }: Pod): string | undefined {
    if (volume.csi) return volume.csi.driver;
    const claimName =
      volume.persistentVolumeClaim?.claimName ??
      (volume.ephemeral && ephemeralClaimName(metadata.name!, volume.name));
    const claim = claimName && claims.get(metadata.namespace!, claimName)?.object;
    return claim ? volumes.get('', claim.spec?.volumeName ?? '')?.object.spec?.csi?.driver : undefined;
  }
}
