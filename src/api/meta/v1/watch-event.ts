import { type Of, raw, required, string, struct } from '../../schema/notation.ts';

export const WatchEvent = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent',
  {
    object: required(raw(2, { doc: 'Object after the change. A Status for events of type ERROR.' })),
    type: required(string(1, { doc: 'Type of the event: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.' })),
  },
  { doc: 'Event of a watch.' },
);
export interface WatchEvent extends Of<typeof WatchEvent> {}
