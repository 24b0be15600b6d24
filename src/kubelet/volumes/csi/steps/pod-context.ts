// What a driver is told of the pod beside the volume: secrets, and, where its CSIDriver asks for them, who the pod is and tokens of its
// service account. Upstream: SetUpAt and podServiceAccountTokenAttrs in pkg/volume/csi/csi_mounter.go.
import { Secret } from '../../../../api/kinds/core/v1/secret.ts';
import type { CSIDriver } from '../../../../api/kinds/storage/v1/csi-driver.ts';
import type { StringMap } from '../../../../csi/messages/volume.ts';
import { messageOf } from '../../../../kit/message-of.ts';
import { type Pod, podName, podNamespace, podUid, specOf } from '../../../pod.ts';
import type { CsiEnvironment } from '../environment.ts';
import { failed } from '../errors.ts';
import type { CsiSource, SecretName } from '../source.ts';

const TOKENS = 'csi.storage.k8s.io/serviceAccount.tokens';

export interface PublishContext {
  readonly volumeContext: StringMap;
  readonly secrets: StringMap;
}

type Reads = Pick<CsiEnvironment, 'client'>;

/** Read each time: secrets may be renewed. */
export async function secretsOf(
  { client }: Reads,
  name: SecretName | undefined,
  field: string,
): Promise<StringMap> {
  if (!name) return {};
  try {
    const { data = {} } = await client.get(Secret, name.name, name.namespace);
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  } catch (error) {
    const why = `kubernetes.io/csi: failed to find the secret ${name.name} in the namespace ${name.namespace} with error: ${messageOf(error)}`;
    throw new Error(`fetching ${field} ${name.namespace}/${name.name} failed: ${why}`, { cause: error });
  }
}

export async function publishContextOf(
  environment: Reads & Pick<CsiEnvironment, 'tokens'>,
  pod: Pod,
  source: CsiSource,
  driver: Readonly<CSIDriver> | undefined,
): Promise<PublishContext> {
  const secrets = await secretsOf(environment, source.publishSecret, 'NodePublishSecretRef');
  const context = driver?.spec.podInfoOnMount
    ? { ...source.attributes, ...podInfo(pod, source) }
    : source.attributes;
  // Block volumes get no tokens, as upstream.
  if (source.isBlock) return { volumeContext: context, secrets };
  const tokens = await tokensOf(environment, pod, driver).catch((error: unknown) => {
    throw failed('mounter.SetUpAt failed to get service accoount token attributes', error);
  });
  return driver?.spec.serviceAccountTokenInSecrets
    ? { volumeContext: context, secrets: { ...secrets, ...tokens } }
    : { volumeContext: { ...context, ...tokens }, secrets };
}

const podInfo = (pod: Pod, { isEphemeral }: CsiSource): StringMap => ({
  'csi.storage.k8s.io/pod.name': podName(pod),
  'csi.storage.k8s.io/pod.namespace': podNamespace(pod),
  'csi.storage.k8s.io/pod.uid': podUid(pod),
  'csi.storage.k8s.io/serviceAccount.name': specOf(pod).serviceAccountName ?? '',
  'csi.storage.k8s.io/ephemeral': String(isEphemeral),
});

async function tokensOf(
  { tokens }: Pick<CsiEnvironment, 'tokens'>,
  pod: Pod,
  driver: Readonly<CSIDriver> | undefined,
): Promise<StringMap> {
  const requests = driver?.spec.tokenRequests ?? [];
  if (requests.length === 0) return {};
  const issued: Record<string, { token: string; expirationTimestamp: string }> = {};
  for (const { audience, expirationSeconds } of requests)
    issued[audience] = await tokens.issued(pod, {
      audience,
      ...(expirationSeconds && { expirationSeconds }),
    });
  return { [TOKENS]: JSON.stringify(issued) };
}
