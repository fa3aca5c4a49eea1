import { writeFileSync } from 'node:fs';
import type { SignInRequest } from '../request.ts';

/**
 * Settings of a profile that signs in anew. Nothing secret is in them: the right to ask GitHub for a token comes with the
 * environment of each step, and a proxy, whose URL may hold a password, with its variables.
 */
export function writeSettings(file: string, request: SignInRequest): void {
  writeFileSync(file, JSON.stringify({ ...request, proxy: {} }), { mode: 0o600 });
}

/** The `credential_process` of a profile: this very bundle, by the runner's own Node. */
export function processCommand(settings: string): string {
  return [process.execPath, process.argv[1] ?? '', 'credential-process', settings].map((part) => `"${part}"`).join(' ');
}
