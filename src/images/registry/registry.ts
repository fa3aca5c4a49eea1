/** A registry that the step is logged in to. */
export interface Registry {
  /** As it stands in image names: a host, with a port for one on loopback. */
  readonly host: string;
  /** Every name of it: clients look a login up by the name that they are given. */
  readonly hosts: readonly string[];
  /** Where requests go. */
  readonly base: URL;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly isPublic: boolean;
  /** A secret, masked. */
  readonly password: string;
  /** A secret, masked: the value of the Authorization header. A login that must be exchanged first is, once, when asked for. */
  authorization(repository: string): Promise<string | undefined>;
  /**
   * Asks for a new login: the registry says that this one has expired, or is needed.
   * @param challenge the value of its WWW-Authenticate, which says how to log in
   */
  renew(challenge?: string): Promise<void>;
}

export const USERNAME = 'AWS';

/** Its ARN; of a registry that is not ECR, its name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html */
export function repositoryArn({ host, partition, region, account, isPublic }: Registry, repository: string): string {
  if (account === '') return `${host}/${repository}`;
  if (isPublic) return `arn:aws:ecr-public::${account}:repository/${repositoryInRegistry(repository)}`;
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}

/** The registry's alias in `ALIAS/REPOSITORY`, as images of ECR Public are named. */
export function aliasOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/'));
}

/** The repository's own name in `ALIAS/REPOSITORY`. */
export function repositoryInRegistry(repository: string): string {
  return repository.slice(repository.indexOf('/') + 1);
}
