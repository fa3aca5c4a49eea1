import { describe, expect, test } from '@jest/globals';
import { endpointOf, flat } from '../../src/aws/api.ts';
import { listOf, readXml, textOf } from '../../src/aws/xml.ts';

describe('endpoints', () => {
  const ecs = { name: 'ecs', variable: 'ECS' } as const;
  test.each<[string, Record<string, string>, string]>([
    ['eu-west-1', {}, 'https://ecs.eu-west-1.amazonaws.com/'],
    ['cn-north-1', {}, 'https://ecs.cn-north-1.amazonaws.com.cn/'],
    ['us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://ecs-fips.us-east-1.amazonaws.com/'],
    ['eu-west-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'https://ecs.eu-west-1.api.aws/'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1/'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_ECS: 'http://b' }, 'http://b/'],
    [
      'eu-west-1',
      { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://ecs.eu-west-1.amazonaws.com/',
    ],
  ])('in %s with %j: %s', (region, env, url) => {
    expect(endpointOf(ecs, { region }, env).href).toBe(url);
  });

  test('a region whose name says FIPS', () => {
    expect(endpointOf(ecs, { region: 'us-east-1', fips: true }, {}).href).toBe(
      'https://ecs-fips.us-east-1.amazonaws.com/',
    );
  });
});

test('an input as the fields of a form', () => {
  expect(flat({ A: 'x', B: { C: [{ D: 1 }, { D: true }] }, E: undefined })).toEqual({
    A: 'x',
    'B.C.member.1.D': '1',
    'B.C.member.2.D': 'true',
  });
});

describe('the XML of the query protocol', () => {
  test('lists, texts and entities', () => {
    const read = readXml(
      '<?xml version="1.0"?>\n<R xmlns="a"><L><member><N>a &amp; &#66;</N></member><member/></L><E/><T> t </T></R>',
    )!.R as never;
    expect(listOf(read, 'L')).toEqual([{ N: 'a & B' }]);
    expect(textOf(read, 'T')).toBe(' t ');
    expect(listOf(read, 'E')).toEqual([]);
  });

  test.each(['', 'no xml', '<html><body><br></body></html>', '<R><A></R>', '<R></R><R></R>', '<R>'])(
    '%j is not one',
    (text) => {
      expect(readXml(text)).toBeUndefined();
    },
  );
});
