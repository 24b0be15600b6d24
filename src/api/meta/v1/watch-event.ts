import { type Of, raw, required, string, struct } from '../../schema/notation.ts';

export const WatchEvent = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent',
  {
    object: required(raw(2, { doc: 'The object after the change; a Status for ERROR.' })),
    type: required(string(1, { doc: 'ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.' })),
  },
  { doc: 'One change, as a watch tells it.' },
);
export interface WatchEvent extends Of<typeof WatchEvent> {}
