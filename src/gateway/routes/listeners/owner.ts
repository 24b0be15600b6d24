import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import type { ListenerSet } from '../../../api/kinds/gateway/v1/listener-set.ts';

/** The object that a listener is written in. */
export type Owner =
  | { readonly kind: 'Gateway'; readonly object: Readonly<Gateway> }
  | { readonly kind: 'ListenerSet'; readonly object: Readonly<ListenerSet> };
