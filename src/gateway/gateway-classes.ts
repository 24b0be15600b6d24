// Tells GatewayClasses of our controller that they are accepted, and what Gateways of them can do. Until there is a Gateway this and the
// watch for the first one are all there is of Gateway API.
import { BUNDLE_VERSION, GATEWAY_CONTROLLER } from '../api/gateways/names.ts';
import { CustomResourceDefinition } from '../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { GatewayClass } from '../api/kinds/gateway/v1/gateway-class.ts';
import { jsonEqual } from '../api/patch/json.ts';
import { isConflict, isNotFound } from '../api/status/status-error.ts';
import { messageOf } from '../kit/message-of.ts';
import type { PartOptions } from './part.ts';
import { classStatus } from './routes/statuses/class-status.ts';

type Options = Pick<PartOptions, 'client' | 'informers' | 'clock' | 'log'>;

const DEFINITION = `${GatewayClass.resource.plural}.${GatewayClass.resource.group}`;

/** Returns how to stop it. The informer has to be started. */
export function reportGatewayClasses(options: Options): () => void {
  const look = (object: Readonly<GatewayClass>) => void report(object, options);
  return options.informers.informer(GatewayClass).addHandler({ onAdd: look, onUpdate: look });
}

async function report(object: Readonly<GatewayClass>, { client, clock, log }: Options): Promise<void> {
  if (object.spec.controllerName !== GATEWAY_CONTROLLER) return;
  const { name = '', resourceVersion } = object.metadata;
  try {
    const { metadata } = await client.get(CustomResourceDefinition, DEFINITION);
    const now = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const status = classStatus(object, metadata.annotations?.[BUNDLE_VERSION], now);
    if (jsonEqual(object.status, status)) return;
    const patch = { metadata: { resourceVersion }, status };
    await client.patch(GatewayClass, name, undefined, 'merge', patch, { subresource: 'status' });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error))
      log.warn('the status of a GatewayClass was not written', { class: name, error: messageOf(error) });
  }
}
