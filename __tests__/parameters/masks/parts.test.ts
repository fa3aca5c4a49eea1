import { describe, expect, test } from '@jest/globals';
import { shown } from '../../../bench/masks/imitation.ts';
import { partsOf } from '../../../src/parameters/masks/parts.ts';

const pem = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B'.repeat(2)}\n7wIDAQABAoIBAG\n-----END PRIVATE KEY-----\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a part is masked, whatever is around it', () => {
  test.each<[string, string, string, string]>([
    ['a line of a key', pem, '  7wIDAQABAoIBAG', '  ***'],
    ['a key in one line of JSON', pem, JSON.stringify(pem.trim()), '"***"'],
    ['a key in base64', pem, base64(pem.trim()).slice(0, -4), '***'],
    ['a key in JSON, in base64', JSON.stringify({ key: pem }), base64(pem.trim()).slice(0, -4), '***'],
    ['a field of JSON', '{"user":"app","password":"s3cr3t/Value"}', 'PASSWORD=s3cr3t/Value', 'PASSWORD=***'],
    ['a number of JSON, exactly', '{\n  "pin": 12345678901234567890\n}', 'PIN=12345678901234567890', 'PIN=***'],
    ['a field deep in a list', '[{"a":["f1rst-one","second!"]}]', 'second!', '***'],
    [
      'JSON in JSON',
      JSON.stringify({ config: JSON.stringify({ inner: { password: 'hunter2-inner' } }) }),
      'x hunter2-inner',
      'x ***',
    ],
    ['JSON that was encoded twice', JSON.stringify('{"password":"hunter2-inner"}'), 'x hunter2-inner', 'x ***'],
    ['an entry of a .env', '# db\nexport PW="p@ss word"\nB=0ther-one', 'p@ss word, 0ther-one', '***, ***'],
    [
      'an entry beside a line that cannot be read',
      'PW=hunter2-one\nthis line is broken "\nB=hunter2-two',
      'hunter2-one hunter2-two',
      '*** ***',
    ],
    [
      'an entry beside a quote that is never closed',
      'A="open\nPW=hunter2-one\nB=hunter2-two',
      'hunter2-one hunter2-two',
      '*** ***',
    ],
    ['an entry to the end of its line', 'PW=Tr0ub4dor#3-x', 'Tr0ub4dor#3-x', '***'],
    ["an entry as npm's dotenv cuts it", 'PW=Tr0ub4dor#3', '<Tr0ub4dor>', '<***>'],
    [
      'an entry of several lines',
      'PW="l1ne one of the value\nl1ne two of the value"\nB=other',
      'l1ne two of the value',
      '***',
    ],
    ['what was trimmed', '  padded-s3cret \n', 'x padded-s3cret', 'x ***'],
    [
      'an INI file',
      '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPx\n[prod]\nregion = eu-west-1',
      'wJalrXUtnFEMI/K7MDENG/bPx AKIAIOSFODNN7EXAMPLE',
      '*** ***',
    ],
    [
      'an .npmrc',
      'registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=npm_a8Xq2Lw0z',
      'token npm_a8Xq2Lw0z',
      'token ***',
    ],
    [
      'a .properties file',
      'spring.datasource.url: jdbc:postgresql://db/shop\nspring.datasource.password = pa:ss=w0rd',
      'pa:ss=w0rd',
      '***',
    ],
    [
      'YAML',
      'database:\n  user: shop_rw\n  password: "p4ss: word"\n  tokens:\n    - t0ken-one',
      'p4ss: word, t0ken-one',
      '***, ***',
    ],
    ['broken JSON', '{\n  "password": "hunter2-json",\n  "b": oops\n}', 'x hunter2-json x', 'x *** x'],
    [
      'the password of a URL',
      'postgres://shop:c0rrect-h0rse@db.internal:5432/shop',
      'PGPASSWORD=c0rrect-h0rse',
      'PGPASSWORD=***',
    ],
    ['the password of a URL, decoded', 'amqp://u:p%40ss%2Fw0rd@mq/', 'p@ss/w0rd p%40ss%2Fw0rd', '*** ***'],
    ['a password that should have been escaped', 'postgres://u:pa/s#s@w0rd@db/shop', 'pa/s#s@w0rd', '***'],
    ['a URL in a .env', 'DATABASE_URL=mysql://app:hunter2-url@db:3306/x', 'hunter2-url', '***'],
    [
      'the password of a Redis URL without a user',
      'redis://:hunter2-redis@cache:6379',
      'AUTH hunter2-redis',
      'AUTH ***',
    ],
    [
      'a connection string of .NET',
      'Server=db;Database=shop;User Id=sa;Password=hunter2-net;Encrypt=true',
      'hunter2-net',
      '***',
    ],
    [
      'an Azure connection string',
      'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=aGVsbG8gd29ybGQhIQ==;EndpointSuffix=core.windows.net',
      'aGVsbG8gd29ybGQhIQ==',
      '***',
    ],
    ['a connection string of libpq', 'host=db user=app password=hunter2-pq sslmode=require', 'hunter2-pq', '***'],
    ['a JDBC URL', 'jdbc:mysql://db/shop?user=app&password=hunter2-jdbc', 'hunter2-jdbc', '***'],
    [
      'a signature in a URL',
      'https://x.blob.core.windows.net/c?sv=2024&sig=aB3%2Fx9Kq0',
      'aB3%2Fx9Kq0 aB3/x9Kq0',
      '*** ***',
    ],
    [
      "docker's auth",
      JSON.stringify({ auths: { h: { auth: base64('AWS:hunter2-docker') } } }),
      'hunter2-docker',
      '***',
    ],
    ['what base64 decodes to', base64('{"password":"hunter2-b64"}'), 'hunter2-b64', '***'],
    [
      'base64 in lines',
      base64(`password=hunter2-b64 ${'x'.repeat(70)}`).replaceAll(/.{40}/g, '$&\n'),
      'hunter2-b64',
      '***',
    ],
    ['a bearer token', 'Authorization: Bearer abc.DEF-123_x', 'x abc.DEF-123_x', 'x ***'],
    ['basic authentication', `Basic ${base64('ci:hunter2-basic')}`, 'hunter2-basic', '***'],
    ['a .netrc', 'machine github.com\n  login bot\n  password hunter2-netrc', 'hunter2-netrc', '***'],
    ['XML', '<server><password>hunter2-xml</password></server>', 'hunter2-xml', '***'],
    ['an attribute of XML', '<add name="db" password="hunter2-attr" />', 'hunter2-attr', '***'],
    ['SQL', "CREATE USER app WITH PASSWORD 'hunter2-sql';", 'hunter2-sql', '***'],
    ['a passphrase in the form of a region', 'blue-horse-7', 'x blue-horse-7', 'x ***'],
    ['a token that is the user of a URL', 'https://ghp_abcDEF1234@github.com/a/b', 'ghp_abcDEF1234', '***'],
    ['a token before a fixed password', 'https://ghp_abcDEF12345678:x-oauth-basic@h/', 'ghp_abcDEF12345678', '***'],
    ['a key in a query', 'https://maps.example.com/y?key=AIzaSyabc123&z=1', 'AIzaSyabc123', '***'],
    [
      'a secret in the path of a URL',
      'https://hooks.example.com/services/T0/XXabcd1234XXabcd',
      'XXabcd1234XXabcd',
      '***',
    ],
    ['YAML in one line', 'db: {user: a, password: hunter2-flow}', 'x hunter2-flow x', 'x *** x'],
    ['PowerShell', "$env:PW = 'hunter2-ps'\n$x = 'y'", 'hunter2-ps', '***'],
    [
      'several in a row',
      'export A="hunter2-one"; export B=\'hunter2-two\' C=hunter2-3',
      'hunter2-one hunter2-two hunter2-3',
      '*** *** ***',
    ],
    ['PHP', "<?php\ndefine('DB_PASSWORD', 'hunter2-php');\n", "'hunter2-php'", "'***'"],
    ['elements of XML', '<a>\n <db><pw>hunter2-element</pw></db>\n</a>', 'hunter2-element', '***'],
    ['a .pgpass', 'db.internal:5432:shop:app:hunter2-pgpass\n*:*:*:x:y', 'hunter2-pgpass', '***'],
    ['user:password', 'ci-bot:hunter2-pair', 'hunter2-pair', '***'],
    ['a command', 'sshpass -p hunter2-ssh ssh host', 'hunter2-ssh', '***'],
    ['Oracle', 'jdbc:oracle:thin:app/hunter2-ora@//db:1521/x', 'hunter2-ora', '***'],
    ['ODBC', 'Driver={x};Uid=a;Pwd={hunter2;odbc};', 'hunter2;odbc', '***'],
    ['escapes of .properties', 'a=b\npw=hunter2\\:x\\=y', 'hunter2:x=y', '***'],
    ['a key with \\n for its line ends', pem.replaceAll('\n', '\\n'), '7wIDAQABAoIBAG', '***'],
    [
      'the signature of a JWT',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNlY3JldA',
      'x c2lnbmF0dXJlLXNlY3JldA',
      'x ***',
    ],
    [
      'keys as the console of IAM exports them',
      'Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCY',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCY',
      '***',
    ],
    ['a list', 'h0st-a.internal,h0st-b.internal', 'h0st-b.internal', '***'],
  ])('%s', (what, value, text, expected) => {
    expect(shown(text, value, { list: what === 'a list' })).toBe(expected);
  });
});

describe('what every log has is not masked', () => {
  const innocent =
    'healthcheck: [defaults] <configuration> </configuration> 8080:80 running on production else users: { "x": [ 5432, true, null ] } EOF running on eu-west-1 as root with postgres on port 5432, account 111122223333, value=1, HS256';
  test.each<[string, string]>([
    ['braces and brackets of pretty-printed JSON', '{\n  "a": [\n    "s3cret-a"\n  ]\n}'],
    [
      'numbers and booleans of JSON',
      '{"port":5432,"tls":true,"none":null,"user":"root","engine":"postgres","password":"s3cret-a"}',
    ],
    ['lines of a script', 'if true\nthen\n  deploy s3cret-a\nelse\n  exit\nfi\nEOF\n'],
    ["names of XML's attributes", '<add key="ApiKey" value="s3cret-a1"/>'],
    ['the head of a token', 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.abcdefghijk'],
    ['names and tags alone', 'healthcheck:\n[defaults]\n<configuration>\n</configuration>\npw: s3cret-a\n'],
    ['sentences', 'echo "running on production"\ndocker run -p 8080:80 s3cret-abcdef\n'],
    ['lines of YAML', 'users:\n  - name: root\n    password: s3cret-a\nregion: eu-west-1\naccount: 111122223333\n'],
    [
      'settings of a .env',
      'NODE_ENV=production\nDB_USER=postgres\nPORT=5432\nAWS_REGION=eu-west-1\nTLS=true\nPW=s3cret-a\n',
    ],
  ])('%s', (_, value) => {
    expect(shown(innocent, value)).toBe(innocent);
  });

  test.each([
    '1',
    'true',
    'eu-west-1',
    '111122223333',
    'postgres',
    'root',
    'production',
    '5432',
    '127.0.0.1',
    'localhost:5432',
    '1.2.3',
    'UTF-8',
  ])('a SecureString %s', (value) => {
    expect(partsOf({ value, secret: true })).toEqual([]);
  });
  test.each(['postgres', 'root', 'node', 'shop', 'Tuesday', 'METRICS'])('a String %s', (value) => {
    expect(partsOf({ value, secret: false })).toEqual([]);
  });
  test.each(['hunter2', 'trustno1', 'correcthorse', '123456', 'a1b2', '10.0.0.12'])('a secret %s is', (value) => {
    expect(partsOf({ value, secret: true })).toEqual([value]);
  });
});

/** What makes a regular expression go back: with any of these a search whose work grows with the square would not end. */
test.each([
  '1',
  'a.',
  ':',
  '://',
  'x://a:',
  'token ',
  'token="',
  '\n',
  ' ',
  '"',
  '" ',
  "A='\n",
  'A="\n',
  '=',
  '#',
  'a@',
  '[',
  '{"a":',
  'pass\t',
  '-----',
  '\u2028',
  'YWJj',
])('128 KiB of %j have parts, soon', (piece) => {
  const value = `x${piece.repeat(Math.ceil(131_072 / piece.length))}y`;
  expect(partsOf({ value, secret: true }).length).toBeGreaterThan(0);
});
