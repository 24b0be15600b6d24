// What an API server serves, from its flag --runtime-config. Without the flag nothing of it is loaded.
import { FeatureGates } from '../api/features/feature-gates.ts';
import { ruledAs } from '../api/meta/v1/resource.ts';
import type { ApiServerOptions } from '../apiserver/options.ts';
import { messageOf } from '../kit/message-of.ts';
import { UserError } from './progress.ts';

/** Throws a UserError in upstream's words for a flag that is wrong. */
export async function servedApis(
  flag: string | undefined,
  features = new FeatureGates(),
): Promise<ApiServerOptions['apis']> {
  if (!flag) return undefined;
  const { builtInKinds } = await import('../api/scheme/kinds.ts');
  const { otherKinds } = await import('../api/scheme/other-kinds.ts');
  const { otherForms, otherVersions } = await import('../api/scheme/other-versions.ts');
  const { otherStrategies } = await import('../apiserver/strategies/other-kinds.ts');
  const { decisionsOf } = await import('../api/scheme/own-decisions.ts');
  const { RuntimeConfig } = await import('../api/scheme/runtime-config.ts');
  try {
    const others = [...otherKinds, ...otherVersions];
    const config = new RuntimeConfig(flag, [...builtInKinds, ...others]);
    const serves = config.serves.bind(config);
    const more = others.filter((kind) => {
      const gate = decisionsOf(kind)?.gate;
      return serves(kind.resource) && (gate === undefined || features.enabled(gate));
    });
    const stored = new Set(more.map(ruledAs));
    const strategies = new Map([...otherStrategies(features)].filter(([kind]) => stored.has(kind)));
    return { more, conversions: otherForms, strategies, serves };
  } catch (error) {
    throw new UserError(
      `invalid argument ${JSON.stringify(flag)} for "--runtime-config" flag: ${messageOf(error)}`,
    );
  }
}
