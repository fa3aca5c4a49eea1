import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gapAfter, plainSettings, sectionNames, sectionOf, sectionText, withSection } from '../../src/aws/ini.ts';

const TEXT = '; mine\n[default]\nregion = us-east-1 # near\n\n[ profile  shop ]\na = 1\n# of shop\n[z]\nb = 2';

test('a section is put at the end, and the rest stays as it was', () => {
  const section = sectionText('profile new', { region: 'eu-west-1' }, 'ours');
  expect(withSection(TEXT, 'profile new', section)).toBe(`${TEXT}\n\n[profile new]\n# ours\nregion = eu-west-1\n`);
  expect(withSection('', 'new', sectionText('new', { a: '1' }))).toBe('[new]\na = 1\n');
});

test('a section is found whatever spaces or quotes its head has, and replaced where it is', () => {
  expect(sectionOf(TEXT, 'profile shop')).toBe('[ profile  shop ]\na = 1\n# of shop\n');
  expect(sectionOf('[profile "shop"]\na = 1\n', 'profile shop')).toBe('[profile "shop"]\na = 1\n');
  expect(withSection(TEXT, 'profile shop', 'X\n')).toBe(
    '; mine\n[default]\nregion = us-east-1 # near\n\nX\n[z]\nb = 2',
  );
  expect(sectionOf(TEXT, 'shop')).toBe('');
  expect(sectionNames(TEXT)).toEqual(['default', 'profile shop', 'z']);
});

test('settings that say whose credentials a profile gives are left out of the plain ones', () => {
  const text =
    '[default]\nregion = x\naws_access_key_id = A\nca_bundle = /ca.pem\nrole_arn = r\nsso_session = s\ns3 =\n  addressing_style = path\ncredential_process = p\n[z]\nb = 1\n';
  expect(plainSettings(text, 'default')).toBe('ca_bundle = /ca.pem\ns3 =\n  addressing_style = path\n');
});

const line = fc.constantFrom(
  '[a]\n',
  '[b]\n',
  '[profile a]\n',
  'x = 1\n',
  '# c\n',
  '\n',
  '  sub =\n',
  '    y = [b]\n',
  'z',
);

test('whatever the file: a section that was put in can be cut out again, and every byte is as before', () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('');
      const gap = gapAfter(text);
      const there = withSection(text, 'mine', '[mine]\nx = 1\n', gap);
      expect(sectionOf(there, 'mine')).toBe('[mine]\nx = 1\n');
      expect(there.replace(`${gap}[mine]\nx = 1\n`, '')).toBe(text);
      expect(sectionOf(there, 'a').trimEnd()).toBe(sectionOf(text, 'a').trimEnd());
    }),
  );
});
