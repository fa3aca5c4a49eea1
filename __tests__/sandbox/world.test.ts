import { expect, test } from '@jest/globals';
import { loadWorld } from '../../sandbox/world.ts';

const ACCOUNT = '111122223333';

test('the world file is understood as it is', () => {
  expect(Object.keys(loadWorld().accounts)).toContain(ACCOUNT);
});

test('an object is merged: values replaced, lists replaced, null removes', () => {
  const world = loadWorld({
    region: 'eu-north-1',
    accounts: { [ACCOUNT]: { oidcProviders: [], roles: { runner: null } } },
    buckets: { mine: { account: ACCOUNT } },
  });
  expect(world.region).toBe('eu-north-1');
  expect(world.accounts[ACCOUNT]?.oidcProviders).toEqual([]);
  expect(world.accounts[ACCOUNT]?.roles?.runner).toBeUndefined();
  expect(world.accounts[ACCOUNT]?.roles?.publish).toBeDefined();
  expect(world.buckets).toMatchObject({ mine: { account: ACCOUNT } });
});

test('a function edits the world, and the next one starts afresh', () => {
  const world = loadWorld((it) => {
    it.accounts[ACCOUNT]!.roles!.publish!.maxSessionSeconds = 900;
  });
  expect(world.accounts[ACCOUNT]?.roles?.publish?.maxSessionSeconds).toBe(900);
  expect(loadWorld().accounts[ACCOUNT]?.roles?.publish?.maxSessionSeconds).not.toBe(900);
});

test.each<[string, object, RegExp]>([
  ['what is not an account id', { 12: {} }, /"12" is not an account id/],
  [
    'a trust policy without principal',
    { [ACCOUNT]: { roles: { r: { trust: { Statement: [{ Effect: 'Allow', Action: '*' }] } } } } },
    /account 111122223333, role r: .*no Principal/,
  ],
  [
    'a policy with an unknown operator',
    {
      [ACCOUNT]: {
        managedPolicies: { p: { Statement: [{ Effect: 'Allow', Action: '*', Condition: { Equals: {} } }] } },
      },
    },
    /account 111122223333, managed policy, policy p: .*Equals/,
  ],
])('%s is an error', (_case, accounts, message) => {
  expect(() => loadWorld({ accounts })).toThrow(message);
});
