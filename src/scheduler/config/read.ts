// Reads a KubeSchedulerConfiguration (--config): decoded strictly, validated with upstream's paths and words, defaulted.
// Upstream: pkg/scheduler/apis/config/validation/validation.go and v1/defaults.go.
import { joinedErrors, readConfiguration } from '../../api/codec/configuration-file.ts';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { duplicate, type FieldError, invalid, required } from '../../api/validation/field.ts';
import { addAll } from '../../kit/lists.ts';
import { readExtenders } from './extenders.ts';
import { readArguments } from './plugin-arguments.ts';
import { mergedPlugins } from './plugin-sets.ts';
import { KubeSchedulerConfiguration, type KubeSchedulerProfile } from './schema.ts';
import { DEFAULT_SCHEDULER_NAME, type ProfileSettings, type SchedulerSettings } from './settings.ts';

/** Profiles are searched by name for every event of a pod. */
const MOST_PROFILES = 64;

/** Throws an Error that says what is wrong. */
export function readSchedulerConfiguration(text: string, gates = new FeatureGates()): SchedulerSettings {
  const kind = 'KubeSchedulerConfiguration';
  const given = readConfiguration(KubeSchedulerConfiguration, kind, ['kubescheduler.config.k8s.io/v1'], text);
  const { parallelism = 16, podInitialBackoffSeconds = 1, podMaxBackoffSeconds = 10, extenders = [] } = given;
  const errors: FieldError[] = [];
  if (parallelism <= 0)
    errors.push(invalid('parallelism', parallelism, 'should be an integer value greater than zero'));
  const profiles = readProfiles(given, gates, errors);
  addAll(errors, percentageErrors('percentageOfNodesToScore', given.percentageOfNodesToScore));
  if (podInitialBackoffSeconds <= 0)
    errors.push(invalid('podInitialBackoffSeconds', podInitialBackoffSeconds, 'must be greater than 0'));
  if (podMaxBackoffSeconds < podInitialBackoffSeconds)
    errors.push(
      invalid(
        'podMaxBackoffSeconds',
        podMaxBackoffSeconds,
        'must be greater than or equal to PodInitialBackoffSeconds',
      ),
    );
  const read = readExtenders(extenders, errors);
  const problem = joinedErrors(errors);
  if (problem) throw new Error(problem);
  return {
    profiles: profiles.map((profile) => withIgnored(profile, read.ignoredResources)),
    ...(read.extenders.length > 0 && { extenders: read.extenders }),
    initialBackoffMs: podInitialBackoffSeconds * 1_000,
    maxBackoffMs: podMaxBackoffSeconds * 1_000,
  };
}

function readProfiles(
  given: KubeSchedulerConfiguration,
  gates: FeatureGates,
  errors: FieldError[],
): readonly ProfileSettings[] {
  const profiles = given.profiles?.length ? given.profiles : [{}];
  if (profiles.length > MOST_PROFILES)
    errors.push(invalid('profiles', profiles.length, `must have at most ${MOST_PROFILES} items`));
  const seen = new Set<string>();
  return profiles.slice(0, MOST_PROFILES).map((profile, i) => {
    const path = `profiles[${i}]`;
    const settings = readProfile(profile, profiles.length === 1, { given, gates }, path, errors);
    if (seen.has(settings.schedulerName))
      errors.push(duplicate(`${path}.schedulerName`, settings.schedulerName));
    seen.add(settings.schedulerName);
    if (JSON.stringify(profile.plugins?.queueSort) !== JSON.stringify(profiles[0]?.plugins?.queueSort))
      errors.push(
        invalid(
          `${path}.plugins.queueSort`,
          profile.plugins?.queueSort ?? {},
          'must be the same for all profiles',
        ),
      );
    return settings;
  });
}

function readProfile(
  profile: KubeSchedulerProfile,
  isOnly: boolean,
  { given, gates }: { readonly given: KubeSchedulerConfiguration; readonly gates: FeatureGates },
  path: string,
  errors: FieldError[],
): ProfileSettings {
  const { schedulerName = isOnly ? DEFAULT_SCHEDULER_NAME : '', plugins, pluginConfig = [] } = profile;
  if (!schedulerName) errors.push(required(`${path}.schedulerName`));
  addAll(errors, percentageErrors(`${path}.percentageOfNodesToScore`, profile.percentageOfNodesToScore));
  const found = readArguments(pluginConfig, `${path}.pluginConfig`, gates);
  addAll(errors, found.errors);
  return {
    schedulerName,
    percentageOfNodesToScore: profile.percentageOfNodesToScore ?? given.percentageOfNodesToScore ?? 0,
    plugins: mergedPlugins(plugins),
    arguments: found.settings,
  };
}

/** What extenders look after takes the place of what the arguments name, as upstream. */
function withIgnored(profile: ProfileSettings, resources: readonly string[]): ProfileSettings {
  if (resources.length === 0) return profile;
  const fit = { ...profile.arguments.fit, ignoredResources: new Set(resources) };
  return { ...profile, arguments: { ...profile.arguments, fit } };
}

const percentageErrors = (path: string, percentage = 0): FieldError[] =>
  percentage < 0 || percentage > 100 ? [invalid(path, percentage, 'not in valid range [0-100]')] : [];
