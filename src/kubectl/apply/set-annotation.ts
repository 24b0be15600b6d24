// The patch that makes an object's annotation say that `configuration` was applied last. Called by set-last-applied and
// edit-last-applied.
import { sortedGoJson } from '../../api/codec/go-json.ts';
import type { KubeObject } from '../resources/object.ts';
import { LAST_APPLIED } from './last-applied.ts';

export const annotationOf = (configuration: KubeObject): string => `${sortedGoJson(configuration)}\n`;

export const annotationPatch = (configuration: KubeObject): object => ({
  metadata: { annotations: { [LAST_APPLIED]: annotationOf(configuration) } },
});
