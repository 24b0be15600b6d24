// The authorizers of an API server, from its flags; nothing of them is loaded without flags. Used by the control plane and by
// `tiphys apiserver`.
import type { AuthorizationFlags } from '../../apiserver/authz/configured/flags.ts';
import type { OpenAuthorization } from '../../apiserver/authz/configured/open-authorization.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { UserError } from '../progress.ts';

export interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Undefined without flags. */
export async function authorizationOf(
  flags: AuthorizationFlags,
  { clock, random, log }: Tools,
): Promise<OpenAuthorization | undefined> {
  const given = Object.entries(flags).filter(([name, value]) => name in FLAGS && value !== undefined);
  if (given.length === 0) return undefined;
  const [{ openAuthorization }, { remoteServer }] = await Promise.all([
    import('../../apiserver/authz/configured/open-authorization.ts'),
    import('./remote-server.ts'),
  ]);
  try {
    return await openAuthorization({
      flags: Object.fromEntries(given),
      serverOf: remoteServer,
      clock,
      random,
      log: log.child('authorization'),
    });
  } catch (error) {
    throw new UserError(`authorization: ${messageOf(error)}`);
  }
}

const FLAGS: Readonly<Record<keyof AuthorizationFlags, true>> = {
  authorizationConfig: true,
  authorizationMode: true,
  authorizationPolicyFile: true,
  authorizationWebhookConfigFile: true,
  authorizationWebhookVersion: true,
  authorizationWebhookCacheAuthorizedTtl: true,
  authorizationWebhookCacheUnauthorizedTtl: true,
};
