// The feature gates of a component from its flag --feature-gates. Called by everything that starts a component.
import { FeatureGates } from '../api/features/feature-gates.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import { UserError } from './progress.ts';

/** Throws a UserError in upstream's words for a flag that is wrong. */
export function featureGates(flag = ''): FeatureGates {
  try {
    return new FeatureGates(flag);
  } catch (error) {
    throw new UserError(
      `invalid argument ${JSON.stringify(flag)} for "--feature-gates" flag: ${messageOf(error)}`,
    );
  }
}

export function warnOfGates(features: FeatureGates, log: Logger): void {
  for (const gate of features.withoutEffect())
    log.warn('this feature gate is known, but changes nothing here', { gate });
}
