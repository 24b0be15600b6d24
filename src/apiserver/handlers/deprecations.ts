// Deprecated kinds, and versions of custom kinds, that are still served: every request for one gets a Warning header, with upstream's text.
// Called by dispatch.ts.
import type { Call } from './call.ts';

const TEXTS: Readonly<Record<string, string>> = {
  '/v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
  '/v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
};

export function warnIfDeprecated({ info, resource, warnings }: Call): void {
  const text = resource.deprecation ?? TEXTS[`${info.group}/${info.version}/${info.resource}`];
  if (text) warnings.push(text);
}
