/** A cURL command as it is pasted into the template's panel: what the shell makes of it, and what a webhook can say the same way. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { asCurl } from '../../nodes/editor/curl';
import { cmdWords, isForCmd } from '../../nodes/editor/template/cmd-words';
import { readCurl } from '../../nodes/editor/template/curl-command';
import { readImport } from '../../nodes/editor/template/import-request';
import { shellWords } from '../../nodes/editor/template/shell-words';

describe('the words of a command for Windows', () => {
  const CASES: readonly (readonly [command: string, words: readonly string[]])[] = [
    ['curl -X POST ^\n  https://h.test/', ['curl', '-X', 'POST', 'https://h.test/']],
    ['curl ^\r\n -H "A: b c" ^\r\n https://h.test/', ['curl', '-H', 'A: b c', 'https://h.test/']],
    // As browsers copy it.
    [
      'curl ^"https://h.test/?a=1^&b=^%^41^" ^\n  --data-raw ^"^{^\\^"it^\\^": ^\\^"it\'s^\\^"^}^"',
      ['curl', 'https://h.test/?a=1&b=%41', '--data-raw', `{"it": "it's"}`],
    ],
    ['curl ^"two^\n\nlines^" x', ['curl', 'two\nlines', 'x']],
    ['curl ^\n -d "{\\"a\\": 1}" x', ['curl', '-d', '{"a": 1}', 'x']],
    ['curl ^\n -d "{""a"": 1}" x', ['curl', '-d', '{"a": 1}', 'x']],
    ['curl ^\n "c:\\dir\\" d" "^&" d\\e', ['curl', 'c:\\dir" d', '&', 'd\\e']],
    ['curl ^\n "c:\\dir\\\\" "" f', ['curl', 'c:\\dir\\', '', 'f']],
    ['curl ^\n a b > out', ['curl', 'a', 'b']],
    ['curl ^\n a & del *', ['curl', 'a']],
  ];
  for (const [command, words] of CASES) {
    it(`are right for ${JSON.stringify(command)}`, () => {
      assert.equal(isForCmd(command), true);
      assert.deepEqual(cmdWords(command), words);
    });
  }

  it('are not looked for in a command for a shell', () => {
    for (const command of [`curl 'https://h.test/^\n' -d '{"a": "^"}'`, `curl -d '^"' x`, 'curl "a^" x'])
      assert.equal(isForCmd(command), false, command);
  });

  it('make a request', () => {
    const copied = 'C:\\Users\\me>curl.exe ^"https://h.test/x^" ^\r\n  -H ^"X-Key: 1^" ^\r\n  -d ^"a=b^&c=d^"';
    const { method, url, headers, body, lost } = readCurl(copied) ?? assert.fail();
    assert.deepEqual([method, url, headers[0], body], ['POST', 'https://h.test/x', ['X-Key', '1'], 'a=b&c=d']);
    assert.deepEqual(lost, []);
  });
});

describe('the words of a shell command', () => {
  const CASES: readonly (readonly [command: string, words: readonly string[]])[] = [
    ['curl -X  POST   https://h.test/', ['curl', '-X', 'POST', 'https://h.test/']],
    [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
    [`'it'\\''s' "say \\"hi\\"" "\\$5 \\n"`, ["it's", 'say "hi"', '$5 \\n']],
    [`''"" x`, ['', 'x']],
    ['a \\\n  b\\\nc', ['a', 'bc']],
    ['a \\\r\n b', ['a', 'b']],
    [`"two\nlines" 'three\nlines'`, ['two\nlines', 'three\nlines']],
    [`$'it\\'s\\tone\\nline \\x41\\u00e9\\U0001F600\\101 \\\\'`, ["it's\tone\nline Aé😀A \\"]],
    ['a b | jq . ', ['a', 'b']],
    ['a b > out; c', ['a', 'b']],
    ['a\nb', ['a']],
    ['curl https://h.test/?a=1&b=2', ['curl', 'https://h.test/?a=1&b=2']],
    [`"never closed`, ['never closed']],
    ['', []],
  ];
  for (const [command, words] of CASES) {
    it(`are right for ${JSON.stringify(command)}`, () => assert.deepEqual(shellWords(command), words));
  }

  it('are those that bash reads, whatever is quoted', () => {
    const quoted = fc.oneof(
      fc.string().map((text) => `'${text.replaceAll(/['\0]/g, '')}'`),
      fc.string().map(
        (text) =>
          `"${text
            .replaceAll(/["\\$`!\0]/g, '\\$&')
            .replaceAll('\\!', '!')
            .replaceAll('\\\0', '')}"`,
      ),
      fc.stringMatching(/^[A-Za-z0-9./:?=%_-]{1,8}$/),
    );
    fc.assert(
      fc.property(fc.array(quoted, { minLength: 1, maxLength: 25 }), (pieces) => {
        const command = pieces.join(' ');
        const words = execFileSync('bash', ['-fc', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
        assert.deepEqual(shellWords(command), words.split('\0').slice(0, -1));
      }),
      { numRuns: 12 },
    );
  });
});

describe('a cURL command', () => {
  const read = (command: string) => {
    const { method, url, headers, body, parts, lost } = readCurl(command) ?? assert.fail(command);
    return { method, url, headers: headers.map((pair) => pair.join(': ')), body, parts, lost };
  };
  const plain = { method: 'GET', url: 'https://h.test/', headers: [], body: undefined, parts: [], lost: [] };
  const CASES: readonly (readonly [command: string, request: Partial<ReturnType<typeof read>>])[] = [
    ['curl https://h.test/', {}],
    ['$ /usr/bin/curl -sSL https://h.test/', {}],
    ['curl h.test/a', { url: 'http://h.test/a' }],
    ['curl -XPUT https://h.test/', { method: 'PUT' }],
    ['curl --request delete --url https://h.test/', { method: 'DELETE' }],
    ['curl -I https://h.test/', { method: 'HEAD' }],
    [`curl https://h.test/ -d a=1 --data 'b=2'`, { method: 'POST', body: 'a=1&b=2' }],
    [`curl -G https://h.test/?x=1 -d a=1`, { url: 'https://h.test/?x=1&a=1' }],
    [
      `curl https://h.test/ --data-urlencode 'name=a b&c' --data-urlencode 'x y'`,
      { method: 'POST', body: 'name=a%20b%26c&x%20y' },
    ],
    [`curl https://h.test/ --data-raw '@literal'`, { method: 'POST', body: '@literal' }],
    [`curl https://h.test/ -d @file.json`, { lost: ['-d @file.json'] }],
    [
      `curl https://h.test/ --json '{"a":1}'`,
      { method: 'POST', body: '{"a":1}', headers: ['Content-Type: application/json', 'Accept: application/json'] },
    ],
    [`curl https://h.test/ -H 'X-A: b:c' -H 'X-B;' -H'X-C:d'`, { headers: ['X-A: b:c', 'X-C: d'] }],
    [
      'curl https://h.test/ -A me -e https://r.test/ -b a=b',
      { headers: ['User-Agent: me', 'Referer: https://r.test/', 'Cookie: a=b'] },
    ],
    ['curl https://h.test/ -b jar.txt', { lost: ['-b jar.txt'] }],
    [
      'curl -u ann:pä https://h.test/',
      { headers: [`Authorization: Basic ${Buffer.from('ann:pä').toString('base64')}`] },
    ],
    [
      'curl https://ann:p%40ss@h.test/',
      { headers: [`Authorization: Basic ${Buffer.from('ann:p@ss').toString('base64')}`] },
    ],
    ['curl --oauth2-bearer abc https://h.test/', { headers: ['Authorization: Bearer abc'] }],
    [
      `curl -F 'a=1;type=text/plain' -F file=@x.png --form-string 'b=@2' https://h.test/`,
      {
        method: 'POST',
        parts: [
          ['a', '1'],
          ['b', '@2'],
        ],
        lost: ['-F file=@x.png'],
      },
    ],
    ['curl -o out -x http://p.test:8080 -m 5 -k https://h.test/', { lost: ['-x http://p.test:8080', '-m 5', '-k'] }],
    ['curl https://h.test/ https://other.test/', { lost: ['https://other.test/'] }],
  ];
  for (const [command, request] of CASES) {
    it(`is read: ${command}`, () => assert.deepEqual(read(command), { ...plain, ...request }));
  }

  for (const text of ['', 'curl', 'curl -X POST', 'wget https://h.test/', '{"curl": 1}']) {
    it(`is none: ${JSON.stringify(text)}`, () => assert.equal(readCurl(text), undefined));
  }

  it('is read as it is copied out of the preview', () => {
    const shown = {
      method: 'PUT',
      url: 'https://h.test/a?b=c',
      headers: { 'Content-Type': 'text/plain', 'X-A': "it's" },
      body: 'a\n"b" $c `d` \\',
    };
    const { method, url, headers, body } = readCurl(asCurl(shown)) ?? assert.fail();
    assert.deepEqual({ method, url, headers: Object.fromEntries(headers), body }, shown);
  });
});

describe('what is taken into the panel', () => {
  const request = (command: string) => {
    const read = readImport(command);
    return read?.kind === 'request' ? read.request : assert.fail(command);
  };
  const text = (key: string, value: string) => ({ key, type: 'text', value });

  it('of a JSON request is its rows, typed and nested, with every digit', () => {
    const { body, query, url, headers } = request(
      `curl 'https://h.test/x?a=b%20c&d=' -H 'content-type: application/json' -d '{"id":12345678901234567890,"ok":true,"list":[1.50,"x"],"o":{"n":null}}'`,
    );
    assert.deepEqual([url, query, headers], ['https://h.test/x', [text('a', 'b c'), text('d', '')], []]);
    assert.deepEqual(body, {
      format: 'json',
      text: '',
      contentType: '',
      names: undefined,
      user: [
        { key: 'id', type: 'number', value: '12345678901234567890' },
        { key: 'ok', type: 'boolean', value: 'true' },
        { key: 'list', type: 'array', value: [{ key: '', type: 'number', value: '1.50' }, text('', 'x')] },
        { key: 'o', type: 'object', value: [{ key: 'n', type: 'jsonata', value: 'null' }] },
      ],
    });
  });

  const BODIES: readonly (readonly [command: string, format: string, contentType: string])[] = [
    [`curl h.test -d 'a=1&b=%41'`, 'form', ''],
    [`curl h.test -H 'Content-Type: application/x-www-form-urlencoded' -d 'a={{callId}}'`, 'form', ''],
    [`curl h.test -H 'Content-Type: application/vnd.api+json' -d '{"a":1}'`, 'json', 'application/vnd.api+json'],
    [`curl h.test -H 'Content-Type: application/json' -d '{"a":{{duration}}}'`, 'text', 'application/json'],
    [`curl h.test -H 'Content-Type: application/json' -d '[1]'`, 'text', 'application/json'],
    [`curl h.test -H 'Content-Type: text/xml' -d '<a b="c"/>'`, 'text', 'text/xml'],
    [`curl h.test -F a=1`, 'form', ''],
  ];
  for (const [command, format, contentType] of BODIES) {
    it(`is ${format} of ${command}`, () => {
      const { body } = request(command);
      assert.deepEqual([body?.format, body?.contentType], [format, contentType]);
    });
  }

  it('keeps secrets out of what is saved in the flow, by names of their own', () => {
    const { headers, query, secrets, notes } = request(
      `curl 'https://h.test/?api_key=k1' -H 'Authorization: Bearer t1' -H 'X-Api-Key: k2' -H 'X-Token: {{msg.token}}' -b 'sid=s1' -H 'X-Plain: p'`,
    );
    assert.deepEqual(
      [...headers, ...query].map(({ key, value }) => `${key}=${String(value)}`),
      [
        ...['Authorization=Bearer %authorization%', 'X-Api-Key=%xApiKey%', 'X-Token={{msg.token}}'],
        ...['Cookie=%cookie%', 'X-Plain=p', 'api_key=%apiKey%'],
      ],
    );
    assert.deepEqual(secrets, [
      { name: 'authorization', value: 't1' },
      { name: 'xApiKey', value: 'k2' },
      { name: 'cookie', value: 'sid=s1' },
      { name: 'apiKey', value: 'k1' },
    ]);
    assert.deepEqual(
      notes.map(({ key, values }) => `${key} ${values['name']}`),
      ['authorization', 'xApiKey', 'cookie', 'apiKey'].map((name) => `import.notes.secret %${name}%`),
    );
  });

  it('leaves a query with variables where it is', () => {
    const { url, query } = request(`curl 'https://h.test/?{{msg.query}}'`);
    assert.deepEqual([url, query], ['https://h.test/?{{msg.query}}', []]);
  });

  it('says what of the command is lost', () => {
    const { method, notes } = request('curl -X OPTIONS -F a=@b -F c=d --proxy p.test:1 https://h.test/');
    assert.equal(method, 'POST');
    assert.deepEqual(
      notes.map(({ key, values }) => [key, ...Object.values(values)].join(' ')),
      ['import.notes.method OPTIONS', 'import.notes.parts', 'import.notes.lost -F a=@b, --proxy p.test:1'],
    );
  });

  it('of a body in the manner of KOMPaaS is that body, by the names of KOMPaaS', () => {
    const json = readImport('{"call": "${{callId}}", "Key": "Example"}');
    assert.deepEqual(json, {
      kind: 'body',
      body: {
        ...{ format: 'json', text: '', contentType: '', names: 'kompaas' },
        user: [text('call', '${{callId}}'), text('Key', 'Example')],
      },
    });
    const typed = '{"call": "${{callId}}", "seconds": ${{billsec}}}';
    assert.deepEqual(readImport(typed), {
      kind: 'body',
      body: { format: 'text', text: typed, contentType: '', names: 'kompaas', user: [] },
    });
  });

  it('is nothing of nothing', () => assert.equal(readImport(' \n'), undefined));
});
