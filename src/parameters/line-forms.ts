import { Problem } from '../base/problem.ts';

export const FORMS = [
  '/shop/prod/db-url                        to DB_URL',
  'NAME=/shop/prod/db-url                   to NAME; :3 after it is a version, :live a label',
  'NAME?=/shop/prod/x                       missing is fine',
  'NAME=/shop/prod/x ?? text                text if it is missing',
  '/shop/prod/   PRE_*=/shop/prod/          all below, with a prefix; @live after it: only those labelled live',
  '/shop/prod/env as dotenv                 each entry of a whole .env file',
  '  as compose, as docker, as node, as shell  the same, as that reader reads it',
  'NAME=/shop/prod/db as json               its fields: NAME_USER, NAME_PASSWORD',
  'NAME=/shop/prod/db as json .password     one field; .hosts[0].name goes deeper',
  'NAME=arn:aws:ssm:…  NAME=secretsmanager:ID[:VERSION]',
].join('\n');

/** @param at column of a line of `ssm-parameters`, from 0 */
export function wrong(at: number, what: string, fix?: string): never {
  throw new Problem({ on: `column ${at + 1}`, what, fix: fix ?? `the forms are\n${FORMS}` });
}
