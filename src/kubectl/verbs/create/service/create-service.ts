// What the commands that create Services share.
import { stringSliceFlag } from '../../../command/flag.ts';
import { type CreateContext, create, placeOf } from '../create-verb.ts';
import { type ServiceFlags, serviceOf } from '../objects/services.ts';

export const tcpFlag = () => stringSliceFlag("Port pairs can be specified as '<port>:<targetPort>'.");

export async function createService(context: CreateContext, flags: ServiceFlags): Promise<void> {
  const made = serviceOf(await placeOf(context), flags);
  await create(context, made, `failed to create ${flags.type} service: `);
}
