import { inputReader } from './base/inputs.ts';
import type { Runner } from './base/runner.ts';
import { secretFiles } from './base/secret-files.ts';
import { type DeployRequest, deployRequest } from './deploy/request.ts';
import { type ImagesRequest, imagesRequest, parseRegistry, type RegistryName } from './images/request.ts';
import { type ObjectsRequest, objectsRequest } from './objects/request.ts';
import { type ParametersRequest, parametersRequest } from './parameters/request.ts';
import { checkGivenEmpty } from './request/given-empty.ts';
import { checkUnexpanded } from './request/unexpanded.ts';
import { checkUnknownInputs } from './request/unknown-inputs.ts';
import { checkWithoutEffect } from './request/without-effect.ts';
import { maskNamedAccounts } from './signin/mask-accounts.ts';
import { type SignInRequest, signInRequest } from './signin/request.ts';

/** What the step is to do: every input parsed and checked, with no network. */
export interface Request {
  readonly signIn: SignInRequest;
  readonly images?: ImagesRequest;
  readonly objects?: ObjectsRequest;
  /** Plans and writes nothing. */
  readonly dryRun: boolean;
  /** Writes the plan of a dry run to the pull request; the token that may. */
  readonly comment?: { readonly token: string; readonly name: string };
  /** Whether to write the job summary. */
  readonly summary: boolean;
  readonly parameters?: ParametersRequest;
  readonly deploy?: DeployRequest;
}

/** @throws Problems: everything that is wrong with the inputs, each with the input's name and what is accepted */
export function readRequest(runner: Runner): Request {
  maskNamedAccounts(runner);
  const inputs = inputReader(runner);
  const parameters = parametersRequest(inputs);
  const envFile = parameters?.file ? [parameters.file.path] : [];
  const objects = objectsRequest(inputs, { secretFiles: [...secretFiles(inputs.env), ...envFile] });
  const images = imagesRequest(inputs);
  const deploy = deployRequest(inputs, {
    firstRegistry: nameOf((images?.registries ?? inputs.parsed('ecr-registries', parseRegistry))[0]),
    pushes: images?.images.flatMap(({ targets }) => targets) ?? [],
    uploads: objects?.targets ?? [],
    isAsItIs: objects?.excludes.length === 0 && objects.compress.length === 0,
    workspace: inputs.env.GITHUB_WORKSPACE || '.',
  });
  const jobs = {
    ...(images ? { images } : {}),
    ...(objects ? { objects } : {}),
    ...(parameters ? { parameters } : {}),
    ...(deploy ? { deploy } : {}),
  };
  const request = {
    dryRun: inputs.boolean('dry-run', false),
    summary: inputs.boolean('summary', true),
    ...(inputs.boolean('pull-request-comment', false)
      ? { comment: { token: inputs.text('github-token') ?? '', name: inputs.text('pull-request-comment-name') ?? '' } }
      : {}),
    signIn: signInRequest(inputs, { otherJobs: Object.keys(jobs).length > 0 }),
    ...jobs,
  };
  checkUnexpanded(inputs);
  checkUnknownInputs(inputs, runner);
  checkWithoutEffect(inputs, runner);
  checkGivenEmpty(inputs, runner);
  inputs.throwProblems();
  return request;
}

/** As `deploy` takes the first registry: an account id, a host or `public`. */
function nameOf(registry: RegistryName | undefined): string | undefined {
  if (registry?.kind === 'account') return registry.account;
  return registry?.kind === 'host' ? registry.host : registry?.kind;
}
