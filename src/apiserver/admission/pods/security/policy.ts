// The policy of a namespace: level and version for each mode, from its labels. Fails closed for `enforce`, open for the modes
// that only inform. Pure. Called by pod-security.ts. Upstream: staging/src/k8s.io/pod-security-admission/api/helpers.go.
import type { FieldError } from '../../../../api/status/status-error.ts';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

export interface LevelVersion {
  readonly level: Level;
  /** The minor version of v1. */
  readonly version: number | 'latest';
}

export type Mode = 'enforce' | 'audit' | 'warn';
export type Policy = Readonly<Record<Mode, LevelVersion>>;
type Labels = Readonly<Record<string, string>>;

/** What is not checked: the exemptions of upstream's PodSecurityConfiguration. */
export interface PodSecurityExemptions {
  readonly namespaces?: readonly string[];
  readonly usernames?: readonly string[];
  readonly runtimeClasses?: readonly string[];
}

const PRIVILEGED: LevelVersion = { level: 'privileged', version: 'latest' };
const MODES = ['enforce', 'audit', 'warn'] as const;
const PREFIX = 'pod-security.kubernetes.io/';

/** restricted:v1.30 */
export const standardText = ({ level, version }: LevelVersion): string =>
  `${level}:${version === 'latest' ? version : `v1.${version}`}`;

/** Negative if `a` is less strict than `b`. */
export const compareLevels = (a: Level, b: Level): number => LEVELS.indexOf(a) - LEVELS.indexOf(b);

/** A valid policy in any case, and what is wrong with the labels. */
export function policyOf(labels: Labels): {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const [enforce, audit, own] = MODES.map((mode) => standardOf(labels, mode, errors)) as [
    LevelVersion,
    LevelVersion,
    LevelVersion,
  ];
  const isGiven = isLevel(labels[`${PREFIX}enforce`]) && labels[`${PREFIX}warn`] === undefined;
  const warn = isGiven && compareLevels(enforce.level, own.level) > 0 ? following(enforce, own, labels) : own;
  return { policy: { enforce, audit, warn }, errors };
}

/** Without a level of its own, `warn` is as strict as `enforce`. */
const following = ({ level, version }: LevelVersion, own: LevelVersion, labels: Labels): LevelVersion => ({
  level,
  version: labels[`${PREFIX}warn-version`] === undefined ? version : own.version,
});

function standardOf(labels: Labels, mode: Mode, errors: FieldError[]): LevelVersion {
  const [level, version] = [labels[PREFIX + mode], labels[`${PREFIX}${mode}-version`]];
  const fallback = mode === 'enforce' ? 'restricted' : 'privileged';
  if (level !== undefined && !isLevel(level))
    errors.push(wrong(PREFIX + mode, level, `must be one of ${LEVELS.join(', ')}`));
  const minor = version === undefined || version === 'latest' ? 'latest' : minorOf(version);
  if (minor === undefined)
    errors.push(wrong(`${PREFIX}${mode}-version`, version, 'must be "latest" or "v1.x"'));
  return {
    level: level === undefined ? PRIVILEGED.level : isLevel(level) ? level : fallback,
    version: minor ?? 'latest',
  };
}

const isLevel = (text: string | undefined): text is Level => LEVELS.includes(text as Level);

const minorOf = (text: string): number | undefined => {
  const found = /^v1\.([0-9]|[1-9][0-9]{1,8})$/.exec(text);
  return found ? Number(found[1]) : undefined;
};

const wrong = (label: string, value: unknown, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: `metadata.labels[${label}]`,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});
