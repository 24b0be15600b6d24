import { type Of, raw, required, string, struct } from '../../schema/notation.ts';

export const WatchEvent = struct('io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent', {
  object: required(raw(2)),
  type: required(string(1)),
});
export interface WatchEvent extends Of<typeof WatchEvent> {}
