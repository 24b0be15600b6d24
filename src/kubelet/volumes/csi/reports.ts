// What pods are told of their volumes: events, in upstream's words. Called by csi-volume.ts.
import { dirname } from 'node:path';
import { Pod as PodKind } from '../../../api/kinds/core/v1/pod.ts';
import { referenceTo } from '../../../client/events/events.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type Pod, podLabel, podUid } from '../../pod.ts';
import { OperationError } from '../operation-error.ts';
import type { CsiEnvironment } from './environment.ts';
import { podDeviceOf, stageDirectoryOf, type VolumeIdentity } from './paths.ts';

/** What fails when something is taken down stands in the log only. `pod` is missing when nothing is known of it but its uid. */
export function tellFailure(
  { log, recorder }: CsiEnvironment,
  pod: Pod | undefined,
  { specName, isBlock }: VolumeIdentity,
  step: string,
  error: unknown,
): void {
  const message =
    error instanceof OperationError
      ? `${error.operation} for volume "${specName}" : ${error.message}`
      : messageOf(error);
  log.warn('an operation on a volume failed', { ...(pod && { pod: podLabel(pod) }), error: message });
  if (!pod || step === 'unpublish') return;
  const mountReason = isBlock ? 'FailedMapVolume' : 'FailedMount';
  const reason = step === 'expand' ? 'VolumeResizeFailed' : mountReason;
  recorder.record(referenceTo(PodKind, pod), 'Warning', reason, message);
}

/** Of devices it is told that they are there, of file systems it is not. */
export function tellMapped({ recorder, paths }: CsiEnvironment, pod: Pod, id: VolumeIdentity): void {
  const tell = (where: string, place: string) =>
    recorder.record(
      referenceTo(PodKind, pod),
      'Normal',
      'SuccessfulMountVolume',
      `MapVolume.MapPodDevice succeeded for volume "${id.specName}" ${where} "${paths.text(place)}"`,
    );
  tell('globalMapPath', `${stageDirectoryOf(id)}/dev`);
  tell('volumeMapPath', dirname(podDeviceOf(id, podUid(pod))));
}
