import { type CallOf, type Json, openApi } from '../../aws/api.ts';
import type { Access } from '../../job.ts';
import { hurried } from '../cancelled.ts';

/** Shapes of Lambda's answers, as far as a rollout looks at them. */
export interface Configuration extends Json {
  readonly FunctionArn?: string;
  readonly PackageType?: string;
  /** Of a zip: SHA-256 in base64; of an image: the digest's 64 hex digits. */
  readonly CodeSha256?: string;
  readonly RevisionId?: string;
  readonly Version?: string;
  readonly Architectures?: readonly string[];
  readonly State?: string;
  readonly StateReason?: string;
  readonly StateReasonCode?: string;
  readonly LastUpdateStatus?: string;
  readonly LastUpdateStatusReason?: string;
  readonly LastUpdateStatusReasonCode?: string;
}

export interface FunctionFacts {
  readonly Configuration?: Configuration;
  readonly Code?: { readonly ResolvedImageUri?: string };
  /** Reserved concurrency; with 0 nothing runs. */
  readonly Concurrency?: { readonly ReservedConcurrentExecutions?: number };
}

export interface Alias {
  readonly FunctionVersion?: string;
  readonly RevisionId?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}

/** The versions that get a share of an alias's traffic beside its own. A share of 0, as a canary that was taken back leaves it, does not count. */
export function sharesOf(routing: Alias['RoutingConfig']): [version: string, share: number][] {
  return Object.entries(routing?.AdditionalVersionWeights ?? {}).filter(([, share]) => share > 0);
}

/** The code of a function, as UpdateFunctionCode takes it. */
export type CodeLocation =
  | { readonly ImageUri: string }
  | { readonly S3Bucket: string; readonly S3Key: string; readonly S3ObjectVersion?: string };

/** Lambda for one function. */
export interface Lambda {
  /** @param qualifier a version; undefined: what was changed last, `$LATEST` */
  function(qualifier?: string): Promise<FunctionFacts>;
  configuration(qualifier?: string): Promise<Configuration>;
  updateCode(
    change: CodeLocation & { readonly Architectures: readonly string[]; readonly RevisionId?: string },
  ): Promise<Configuration>;
  publish(expected: { readonly CodeSha256: string; readonly RevisionId?: string }): Promise<Configuration>;
  alias(name: string): Promise<Alias>;
  moveAlias(name: string, change: Json): Promise<Alias>;
}

const LAMBDA = { name: 'lambda', variable: 'LAMBDA' } as const;

/** @param signal in place of the step's own: what a cancelled step still has to do */
export function openLambda(name: string, access: Access, signal?: AbortSignal): Lambda {
  const { http, aws, session, runner } = access;
  const api = openApi(LAMBDA, { http, aws, session, env: runner.env });
  const how = hurried(signal);
  const base = `/2015-03-31/functions/${name}`;
  const get = (action: CallOf<'lambda'>, path: string, qualifier?: string) =>
    api.rest({ action, method: 'GET', path, ...(qualifier ? { query: { Qualifier: qualifier } } : {}) }, how);
  return {
    function: (qualifier) => get('GetFunction', base, qualifier),
    configuration: (qualifier) => get('GetFunctionConfiguration', `${base}/configuration`, qualifier),
    updateCode: (change) =>
      api.rest({ action: 'UpdateFunctionCode', method: 'PUT', path: `${base}/code`, body: { ...change } }, how),
    publish: (expected) =>
      api.rest({ action: 'PublishVersion', method: 'POST', path: `${base}/versions`, body: { ...expected } }, how),
    alias: (alias) => get('GetAlias', `${base}/aliases/${alias}`),
    moveAlias: (alias, change) =>
      api.rest({ action: 'UpdateAlias', method: 'PUT', path: `${base}/aliases/${alias}`, body: change }, how),
  };
}
