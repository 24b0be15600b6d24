// Records events about pods and their containers with the client's recorder. Callers choose reason and message.
import { Pod as PodKind } from '../api/kinds/core/v1/pod.ts';
import { type EventRecorder, type EventType, referenceTo } from '../client/events/events.ts';
import { fieldPathOf, type Pod, type PodContainer } from './pod.ts';

export interface PodEvents {
  pod(pod: Pod, type: EventType, reason: string, message: string): void;
  container(pod: Pod, container: PodContainer, type: EventType, reason: string, message: string): void;
}

export function podEvents(recorder: EventRecorder): PodEvents {
  return {
    pod: (pod, type, reason, message) => recorder.record(referenceTo(PodKind, pod), type, reason, message),
    container: (pod, container, type, reason, message) =>
      recorder.record(referenceTo(PodKind, pod, fieldPathOf(container)), type, reason, message),
  };
}
