import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sectionOf, withoutSection, withSection } from '../../../src/signin/export/ini.ts';

const TEXT = '; mine\n[default]\nregion = us-east-1 # near\n\n[ profile  shop ]\na = 1\n# of shop\n[z]\nb = 2';

test('a section is put at the end, and the rest stays as it was', () => {
  expect(withSection(TEXT, 'profile new', { region: 'eu-west-1' })).toBe(
    `${TEXT}\n\n[profile new]\nregion = eu-west-1\n`,
  );
  expect(withSection('', 'new', { a: '1' })).toBe('[new]\na = 1\n');
});

test('a section is found whatever spaces its head has, and taken out whole', () => {
  expect(sectionOf(TEXT, 'profile shop')).toBe('[ profile  shop ]\na = 1\n# of shop\n');
  expect(withoutSection(TEXT, 'profile shop')).toBe('; mine\n[default]\nregion = us-east-1 # near\n\n[z]\nb = 2');
  expect(withoutSection(TEXT, 'shop')).toBe(TEXT);
});

const line = fc.constantFrom('[a]\n', '[b]\n', '[profile a]\n', 'x = 1\n', '# c\n', '\n', '  sub =\n', '    y = [b]\n');

test('whatever the file: putting a section in and out again changes nothing but white space at its end', () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('');
      const there = withSection(text, 'mine', { x: '1' });
      expect(sectionOf(there, 'mine')).toBe('[mine]\nx = 1\n');
      expect(withoutSection(there, 'mine').trimEnd()).toBe(text.trimEnd());
      expect(sectionOf(there, 'a').trimEnd()).toBe(sectionOf(text, 'a').trimEnd());
    }),
  );
});
