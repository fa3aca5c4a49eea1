/** How large variables may be on the runner's system, in bytes, names included. */
interface EnvironmentLimits {
  readonly one: number;
  readonly all: number;
}

const KIB = 1024;

/**
 * Linux: 128 KiB a string (MAX_ARG_STRLEN) and a quarter of an 8 MiB stack for arguments and environment together, of
 * which some is left for arguments. https://man7.org/linux/man-pages/man2/execve.2.html
 * Windows: https://learn.microsoft.com/windows/win32/api/processenv/nf-processenv-setenvironmentvariablea
 */
const BY_SYSTEM: Readonly<Record<string, EnvironmentLimits>> = {
  Linux: { one: 128 * KIB, all: (2048 - 128) * KIB },
  macOS: { one: 128 * KIB, all: (1024 - 128) * KIB },
  Windows: { one: 32 * KIB - 1, all: Number.POSITIVE_INFINITY },
};

/** Outputs of a job. https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idoutputs */
export const MAX_OUTPUT_BYTES = 1024 * KIB;

/** @param system `RUNNER_OS`: Linux, macOS, Windows */
export function environmentLimits(system: string | undefined): EnvironmentLimits {
  return BY_SYSTEM[system ?? ''] ?? { one: 128 * KIB, all: (2048 - 128) * KIB };
}

/** What `NAME=value` takes: its bytes, the `=`, the NUL at its end, and a pointer to it. */
export function sizeInEnvironment(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 2;
}

export function sizeOfEnvironment(env: Readonly<Record<string, string | undefined>>): number {
  const POINTER = 8;
  return Object.entries(env).reduce((sum, [name, value]) => sum + sizeInEnvironment(name, value ?? '') + POINTER, 0);
}
