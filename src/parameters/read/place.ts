/** Where parameters are looked for, and as whom. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** ARN of the caller. */
  readonly caller: string;
}
