import { GetParametersByPathCommand, GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { expect } from '@jest/globals';
import { refusal, type Sentence } from './contract.ts';

/**
 * Parameters `/contract/a` (String, versions "one" and "two", the first labelled `live`), `/contract/secret`
 * (SecureString "hidden") and `/contract/many/00` to `/contract/many/24` ("n").
 */
export interface SsmGround {
  readonly ssm: SSMClient;
}

const parameters = (ssm: SSMClient, ...Names: string[]) =>
  ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export const SSM_SENTENCES: readonly Sentence<SsmGround>[] = [
  {
    says: 'a name that is not there is in InvalidParameters, and the call succeeds',
    holds: async ({ ssm }) => {
      const { Parameters, InvalidParameters } = await parameters(ssm, '/contract/a', '/contract/none');
      expect(Parameters?.map(({ Value }) => Value)).toEqual(['two']);
      expect(InvalidParameters).toEqual(['/contract/none']);
    },
  },
  {
    says: 'a version and a label choose the value',
    holds: async ({ ssm }) => {
      const version = await parameters(ssm, '/contract/a:1');
      const label = await parameters(ssm, '/contract/a:live');
      expect([version, label].map(({ Parameters }) => Parameters?.[0]?.Value)).toEqual(['one', 'one']);
    },
  },
  {
    says: 'the answer names the selector apart from the name',
    holds: async ({ ssm }) => {
      const { Parameters } = await parameters(ssm, '/contract/a:1');
      expect(Parameters?.[0]).toMatchObject({ Name: '/contract/a', Selector: ':1', Version: 1, Type: 'String' });
    },
  },
  {
    says: 'a SecureString is decrypted when asked, and is not the value without',
    holds: async ({ ssm }) => {
      const open = await parameters(ssm, '/contract/secret');
      expect(open.Parameters?.[0]).toMatchObject({ Type: 'SecureString', Value: 'hidden' });
      const closed = await ssm.send(new GetParametersCommand({ Names: ['/contract/secret'], WithDecryption: false }));
      expect(closed.Parameters?.[0]?.Value).not.toBe('hidden');
    },
  },
  {
    says: 'eleven names in one call are a ValidationException',
    holds: async ({ ssm }) => {
      const names = Array.from({ length: 11 }, (_, n) => `/contract/${n}`);
      expect(await refusal(parameters(ssm, ...names))).toEqual({ name: 'ValidationException', status: 400 });
    },
  },
  {
    says: 'a path gives all below it, in pages of at most ten',
    holds: async ({ ssm }) => {
      const names: string[] = [];
      let next: string | undefined;
      do {
        const input = { Path: '/contract/', Recursive: true, WithDecryption: true, NextToken: next };
        const page = await ssm.send(new GetParametersByPathCommand(input));
        expect(page.Parameters?.length ?? 0).toBeLessThanOrEqual(10);
        names.push(...(page.Parameters ?? []).map(({ Name = '' }) => Name));
        next = page.NextToken;
      } while (next);
      expect(names).toHaveLength(27);
      expect(new Set(names).size).toBe(27);
    },
  },
];
