// What is observed of a GatewayClass of our controller. Pure; called by ../../gateway-classes.ts.
import { BUNDLE_VERSION } from '../../../api/gateways/names.ts';
import type { GatewayClass, GatewayClassStatus } from '../../../api/kinds/gateway/v1/gateway-class.ts';
import { faulty, fine, type Verdict, verdictOf } from '../verdict.ts';
import { conditionsOf } from './conditions.ts';
import { FEATURES } from './features.ts';

/** `version`: what the definition of the kind says that it is of. */
export function classStatus(
  { metadata, spec, status }: Readonly<GatewayClass>,
  version: string | undefined,
  now: string,
): GatewayClassStatus {
  const moment = { now, generation: metadata.generation };
  const parameters = spec.parametersRef && {
    reason: 'InvalidParameters',
    message: 'there are no parameters for this controller: parametersRef must not be set',
  };
  return {
    conditions: conditionsOf(
      [verdictOf('Accepted', parameters), supported(version)],
      status?.conditions,
      moment,
    ),
    supportedFeatures: FEATURES.map((name) => ({ name })),
  };
}

function supported(version: string | undefined): Verdict {
  // v1.x has the kinds in their version v1.
  if (version === undefined || /^v1\.[0-9]/.test(version)) return fine('SupportedVersion');
  const message = `definitions of Gateway API ${JSON.stringify(version.slice(0, 40))}: only v1 is supported (${BUNDLE_VERSION})`;
  return faulty('SupportedVersion', { reason: 'UnsupportedVersion', message });
}
