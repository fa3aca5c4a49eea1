import fc from 'fast-check';

const NASTY = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    '$',
    '#',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '=',
    '{',
    '}',
    '(',
    ')',
    '!',
    '~',
    '&',
    '*',
    '%',
    '/',
  ],
  ...['\\n', '\\"', "\\'", '$HOME', '${A}', '$(id)', '`id`', ' #', '\n#', '\nB=', '\nexport C=', "'\\''", '$$', ': '],
  ...['\u00a0', '\u2028', '\ufeff', '\u0085', 'é', '日本', '😀', '\x01', '\x1b[31m', '\x7f', '\v', '\f'],
];

/** Values as parameters may hold them: words, and whatever could upset a reader. No NUL: nothing can hold it. */
export const anyValue: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...NASTY), fc.stringMatching(/^[a-zA-Z0-9_.-]{1,4}$/)))
      .map((it) => it.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((it) => it.toWellFormed().replaceAll('\0', '')),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.base64String({ maxLength: 200 }) },
);
