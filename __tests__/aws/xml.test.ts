import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { firstText, listOf, readXml, textOf } from '../../src/aws/xml.ts';

const escaped = (text: string) => text.replaceAll(/[&<>"'\n]|[^\x20-\x7e]/gu, (sign) => `&#${sign.codePointAt(0)};`);

const texts = fc.string({ unit: 'grapheme', maxLength: 20 });

describe('a text comes out as it went in', () => {
  test('of the first element of a name', () => {
    fc.assert(
      fc.property(texts, texts, (one, two) => {
        const xml = `<?xml version="1.0"?><R><A>${escaped(one)}</A><B>${escaped(two)}</B></R>`;
        expect([firstText(xml, 'A'), firstText(xml, 'B'), firstText(xml, 'C')]).toEqual([one, two, '']);
      }),
    );
  });

  test('of a document, as another parser reads it', () => {
    const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[\w &<>"'.é]{1,12}$/), { minLength: 2, maxLength: 5 }), (values) => {
        const members = values.map((value) => `<member><V>${escaped(value)}</V></member>`).join('');
        const xml = `<R><L>${members}</L></R>`;
        const read = listOf(readXml(xml)?.R as object as never, 'L').map((one) => textOf(one, 'V'));
        expect(read).toEqual(values);
        const other = parser.parse(xml) as { R: { L: { member: { V: string }[] } } };
        expect(read).toEqual(other.R.L.member.map(({ V }) => V));
      }),
    );
  });
});

test.each([
  ['&#x110000;', '&#x110000;'],
  ['&#1114112;', '&#1114112;'],
  ['&#99999999999999999999;', '&#99999999999999999999;'],
  ['&nothing;', '&nothing;'],
  ['&#x10FFFF;', '\u{10FFFF}'],
  ['&amp;lt;', '&lt;'],
])('a reference to no character stays: %s', (xml, text) => {
  expect(firstText(`<A>${xml}</A>`, 'A')).toBe(text);
  expect(textOf(readXml(`<R><A>${xml}</A></R>`)?.R as never, 'A')).toBe(text);
});

test.each(['', '<html>', '<A>', '<A><B></A></B>', '<A/><B/>', 'text', '<A', '{"a":1}', '<A>&</A', '<R><A></R>'])(
  'what is not a document gives none, and throws nothing: %s',
  (text) => {
    expect(readXml(text)).toBeUndefined();
    expect(firstText(text, 'A')).toBe('');
  },
);
