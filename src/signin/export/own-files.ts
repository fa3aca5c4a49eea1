import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cutSection, plainSettings, type Settings, sectionOf, sectionText, withSection } from '../../aws/ini.ts';
import { configSection, profileInUse, readShared, sharedFiles } from '../../aws/shared-config.ts';
import { fileProblem } from '../../base/edge/files.ts';
import type { Environment } from '../../base/environment.ts';
import { OWN_FOLDER } from './profile.ts';

/**
 * The two files of AWS profiles of one step, in a folder of its own that goes with the job: what later steps get by
 * AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE. They hold what the user's files hold, and the profile of the step; so no
 * other job that shares HOME can change who this job is, and HOME stays as it is.
 */
export interface OwnFiles {
  readonly folder: string;
  readonly config: string;
  readonly credentials: string;
  /** Of a profile that signs in again: what was signed in. */
  readonly settings: string;
}

/** Where they will be; nothing is written yet. */
export function ownFiles(env: Environment): OwnFiles {
  const folder = join(env.RUNNER_TEMP ?? '', `${OWN_FOLDER}${randomUUID()}`);
  return {
    folder,
    config: join(folder, 'config'),
    credentials: join(folder, 'credentials'),
    settings: join(folder, 'sign-in.json'),
  };
}

export interface OwnProfile {
  readonly name: string;
  /** Whether who names no profile gets it, too. */
  readonly isDefault: boolean;
  readonly settings: Settings;
}

/** Writes both files, for the user alone. */
export function writeOwnFiles({ folder, config, credentials }: OwnFiles, profile: OwnProfile, env: Environment): void {
  const user = sharedFiles(env);
  let configText = readShared(user.config);
  let credentialsText = readShared(user.credentials);
  const active = configSection(profileInUse(env));
  const copied = plainSettings(configText, active);
  for (const name of new Set(profile.isDefault ? ['default', profile.name] : [profile.name])) {
    const section = configSection(name);
    configText = withSection(configText, section, {
      replacement: sectionText(section, profile.settings, { more: copied }),
    });
    credentialsText = cutSection(credentialsText, name, 0);
  }
  makeFolder(folder);
  writeOwn(config, configText);
  writeOwn(credentials, credentialsText);
}

/** The folder in RUNNER_TEMP that the step's own files are in. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw fileProblem(thrown, { on: folder, doing: 'made', fix: FIX });
  }
}

export function writeOwn(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600 });
  } catch (thrown) {
    throw fileProblem(thrown, { on: file, doing: 'written', fix: FIX });
  }
}

const FIX = "check the runner's folder for temporary files (RUNNER_TEMP) and its disk";

const AFTER_FOLDER = 'keyless-aws-after-';

/**
 * What other post steps get where AWS_PROFILE was not set before: it can only be emptied, which makes the aws CLI and boto3 fail. So it
 * names the default profile; where the user's files have none, a copy of the config file has an empty one.
 * @param env what the post step leaves
 */
export function profileForPost(env: Environment): Readonly<Record<string, string>> {
  const { config, credentials } = sharedFiles(env);
  const text = readShared(config);
  if ([text, readShared(credentials)].some((it) => sectionOf(it, 'default') !== '')) return { AWS_PROFILE: 'default' };
  const file = join(env.RUNNER_TEMP ?? '', `${AFTER_FOLDER}${randomUUID()}`, 'config');
  makeFolder(dirname(file));
  writeOwn(file, withSection(text, 'default', { replacement: sectionText('default', {}) }));
  return { AWS_PROFILE: 'default', AWS_CONFIG_FILE: file };
}
