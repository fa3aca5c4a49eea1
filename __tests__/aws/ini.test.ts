import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cutSection,
  gapAfter,
  plainSettings,
  sectionNames,
  sectionOf,
  sectionText,
  withSection,
} from '../../src/aws/ini.ts';

const TEXT = '; mine\n[default]\nregion = us-east-1 # near\n\n[ profile  shop ]\na = 1\n# of shop\n[z]\nb = 2';

test('a section is put at the end, and the rest stays as it was', () => {
  const section = sectionText('profile new', { region: 'eu-west-1' }, { comment: 'ours' });
  expect(withSection(TEXT, 'profile new', { replacement: section })).toBe(
    `${TEXT}\n\n[profile new]\n# ours\nregion = eu-west-1\n`,
  );
  expect(withSection('', 'new', { replacement: sectionText('new', { a: '1' }) })).toBe('[new]\na = 1\n');
});

test('a section is found whatever spaces or quotes its head has, and replaced where it is', () => {
  expect(sectionOf(TEXT, 'profile shop')).toBe('[ profile  shop ]\na = 1\n# of shop');
  expect(sectionOf('[profile "shop"]\na = 1\n', 'profile shop')).toBe('[profile "shop"]\na = 1');
  expect(withSection(TEXT, 'profile shop', { replacement: 'X' })).toBe(
    '; mine\n[default]\nregion = us-east-1 # near\n\nX\n[z]\nb = 2',
  );
  expect(sectionOf(TEXT, 'shop')).toBe('');
  expect(sectionNames(TEXT)).toEqual(['default', 'profile shop', 'z']);
});

test('settings that say whose credentials a profile gives are left out of the plain ones', () => {
  const text =
    '[default]\nregion = x\naws_access_key_id = A\nca_bundle = /ca.pem\nrole_arn = r\nsso_session = s\ns3 =\n  addressing_style = path\ncredential_process = p\n[z]\nb = 1\n';
  expect(plainSettings(text, 'default')).toBe('ca_bundle = /ca.pem\ns3 =\n  addressing_style = path');
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

/** What one of several jobs does: it puts its section in, and takes it out or puts back what was there. */
const jobs = fc.array(fc.constantFrom('mine', 'a', 'profile a', 'other', 'b'), { minLength: 1, maxLength: 4 });

test('whatever the file, and in whatever order sections are put in and out: every byte is as before', () => {
  fc.assert(
    fc.property(fc.array(line), jobs, fc.array(fc.nat(3)), (lines, names, order) => {
      const before = lines.join('');
      // A section that is there twice is put back at the first place: no tool reads such a file.
      fc.pre(names.every((name) => sectionNames(before).filter((it) => it === name).length < 2));
      let text = before;
      const open: { name: string; gap: number; previous: string }[] = [];
      for (const name of new Set(names)) {
        const previous = sectionOf(text, name);
        const gap = gapAfter(text);
        text = withSection(text, name, { replacement: sectionText(name, { x: '1' }), gap });
        expect(sectionOf(text, name)).toBe(`[${name}]\nx = 1`);
        open.push({ name, gap: gap.length, previous });
      }
      while (open.length > 0) {
        const [{ name, gap, previous }] = open.splice((order.shift() ?? 0) % open.length, 1) as [(typeof open)[0]];
        text = previous === '' ? cutSection(text, name, gap) : withSection(text, name, { replacement: previous });
        for (const still of open) expect(sectionOf(text, still.name)).toBe(`[${still.name}]\nx = 1`);
      }
      expect(text).toBe(before);
    }),
  );
});
