// Which exits of a container its restart rules apply to. Used by the kubelet and by validation.
import type { Container } from '../kinds/core/v1/container.ts';

/** True when a rule says that the container runs again after this exit code. */
export const matchesRestartRule = (
  { restartPolicyRules = [] }: Pick<Container, 'restartPolicyRules'>,
  exitCode: number,
): boolean =>
  restartPolicyRules.some(({ action, exitCodes }) => {
    if (action !== 'Restart' || !exitCodes) return false;
    const listed = (exitCodes.values ?? []).includes(exitCode);
    return exitCodes.operator === 'NotIn' ? !listed : listed;
  });
