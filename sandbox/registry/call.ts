import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RegistryState, Repository } from '../ecr/state.ts';
import type { LogEntry } from '../log.ts';
import type { RegistryRequest } from './route.ts';

/** An error in the words of the distribution protocol. */
export class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The connection is closed instead of an answer. */
export class SilentError extends RegistryError {}

/** One request to a repository, its login checked. */
export interface RegistryCall extends Omit<RegistryRequest, 'repository'> {
  readonly name: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly state: RegistryState;
  readonly uploads: Uploads;
  readonly entry: LogEntry;
  /** @throws RegistryError NAME_UNKNOWN */
  repository(name?: string): Repository;
  /** @throws RegistryError DENIED, with ECR's words */
  authorize(action: string, name?: string): void;
  allowed(action: string, name: string): boolean;
  /** A pull through cache: the image comes now. @throws RegistryError */
  importUpstream(): void;
  /** Sends the answer. */
  answer(status: number, headers?: Readonly<Record<string, string>>, body?: Buffer | string): void;
}

export interface Upload {
  readonly repository: string;
  readonly parts: Buffer[];
  size: number;
}

/** Uploads under way, by id. */
export type Uploads = Map<string, Upload>;
