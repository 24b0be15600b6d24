// What a pod's volumes add to the answer about the pod.
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import { claimNameOf } from '../../../api/volumes/binding.ts';
import type { Problem } from '../../../api/why/pod-problems.ts';
import { attachProblems } from '../../../api/why/volumes/attach.ts';
import { shown } from '../../../api/why/volumes/facts.ts';
import { waitingProblems } from '../../../api/why/volumes/waiting.ts';
import type { Client } from '../../../client/client.ts';
import { addAll } from '../../../kit/lists.ts';
import { Reader } from './read.ts';

/** What keeps a pod from its claims' volumes. Called while none of its containers has started. */
export async function volumeProblems(client: Client, pod: Readonly<Pod>): Promise<Problem[]> {
  const reader = new Reader(client);
  const problems: Problem[] = [];
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (!name) continue;
    const found = await reader.get(PersistentVolumeClaim, name, namespaceOf(pod));
    if (found === 'missing')
      problems.push({ where: `claim ${name}`, reason: 'NotFound', message: 'there is no such claim' });
    const claim = shown(found);
    if (claim) addAll(problems, await claimProblems(reader, claim, pod));
  }
  return problems;
}

async function claimProblems(
  reader: Reader,
  claim: Readonly<PersistentVolumeClaim>,
  pod: Readonly<Pod>,
): Promise<Problem[]> {
  const facts = await reader.claim(claim);
  const named = ({ where, ...rest }: Problem): Problem => ({
    where: where === 'claim' ? `claim ${nameOf(claim)}` : `claim ${nameOf(claim)}: ${where}`,
    ...rest,
  });
  // That this pod waits is the question.
  const waits = waitingProblems(facts).filter(({ reason }) => reason !== 'WaitForPodScheduled');
  const volume = shown(facts.volume);
  const node = pod.spec?.nodeName;
  if (waits.length > 0 || !volume || !node) return waits.map(named);
  const driver = await reader.get(CSIDriver, volume.spec?.csi?.driver);
  const attachments = await reader.attachments(volume);
  const users = (facts.pods ?? []).filter((other) => uidOf(other) !== uidOf(pod));
  const attach = { claim, volume, driver, users, ...(attachments && { attachments }) };
  return attachProblems(attach, node).map(named);
}
