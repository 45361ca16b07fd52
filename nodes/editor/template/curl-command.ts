/** What a cURL command would send, as far as a webhook can say the same. */
import { cmdWords, isForCmd } from './cmd-words';
import { shellWords } from './shell-words';

export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Undefined: none. */
  readonly body: string | undefined;
  /** Fields of a form with parts, which have no one text. */
  readonly parts: readonly (readonly [name: string, value: string])[];
  /** Options with a meaning that is lost, as they are written. */
  readonly lost: readonly string[];
}

/** What options mean for a request. Those of this table take a value. */
type Meaning = (request: Draft, value: string, name: string) => void;

interface Draft {
  method: string;
  url: string;
  readonly headers: (readonly [string, string])[];
  body: string | undefined;
  readonly parts: (readonly [string, string])[];
  inQuery: boolean;
  readonly lost: string[];
}

const data = (request: Draft, value: string, name: string): void => {
  if (value.startsWith('@')) request.lost.push(`${name} ${value}`);
  else request.body = request.body === undefined ? value : `${request.body}&${value}`;
};

const VALUED: Readonly<Record<string, Meaning>> = {
  '--request': (request, value) => {
    request.method = value.toUpperCase();
  },
  '--url': (request, value) => {
    request.url = value;
  },
  '--header': (request, value, name) => {
    const [, key = '', rest = ''] = /^([^:;]+)[:;]\s*([\s\S]*)$/.exec(value) ?? [];
    if (key === '') request.lost.push(`${name} ${value}`);
    else if (rest !== '') request.headers.push([key.trim(), rest.trim()]);
  },
  '--data': data,
  '--data-ascii': data,
  '--data-binary': data,
  '--data-raw': (request, value) => {
    request.body = request.body === undefined ? value : `${request.body}&${value}`;
  },
  '--data-urlencode': (request, value, name) => {
    const [, key = '', at, content = ''] = /^([^=@]*)([=@]?)([\s\S]*)$/.exec(value) ?? [];
    if (at === '@') request.lost.push(`${name} ${value}`);
    else
      data(request, at === '=' ? `${key && `${key}=`}${encodeURIComponent(content)}` : encodeURIComponent(key), name);
  },
  '--json': (request, value, name) => {
    if (value.startsWith('@')) request.lost.push(`${name} ${value}`);
    else request.body = (request.body ?? '') + value;
    for (const header of ['Content-Type', 'Accept']) {
      if (!has(request, header)) request.headers.push([header, 'application/json']);
    }
  },
  '--form': (request, value, name) => {
    const [, key = '', content = ''] = /^([^=]*)=([\s\S]*)$/.exec(value) ?? [];
    if (/^[@<]/.test(content) || key === '') request.lost.push(`${name} ${value}`);
    else request.parts.push([key, content.replace(/;(?:type|filename)=.*$/, '')]);
  },
  '--form-string': (request, value) => {
    const [, key = '', content = ''] = /^([^=]*)=([\s\S]*)$/.exec(value) ?? [];
    request.parts.push([key, content]);
  },
  '--user': (request, value) => request.headers.push(['Authorization', `Basic ${base64(value)}`]),
  '--oauth2-bearer': (request, value) => request.headers.push(['Authorization', `Bearer ${value}`]),
  '--user-agent': (request, value) => request.headers.push(['User-Agent', value]),
  '--referer': (request, value) => request.headers.push(['Referer', value]),
  '--cookie': (request, value, name) => {
    // Without "=" it names a file.
    if (value.includes('=')) request.headers.push(['Cookie', value]);
    else request.lost.push(`${name} ${value}`);
  },
};

const SHORT: Readonly<Record<string, string>> = {
  X: '--request',
  H: '--header',
  d: '--data',
  F: '--form',
  u: '--user',
  A: '--user-agent',
  e: '--referer',
  b: '--cookie',
};

/** Of the others, those with a value, which is no URL. */
const OTHERS_VALUED =
  /^(?:-[oxmwTEcCDKQrtUyYzP]|--(?:output|proxy|proxy-user|max-time|connect-timeout|write-out|upload-file|cert|cert-type|key|key-type|pass|cacert|capath|ciphers|cookie-jar|dump-header|config|quote|range|retry|retry-delay|retry-max-time|max-redirs|max-filesize|resolve|connect-to|interface|limit-rate|noproxy|proto|proto-default|tls-max|unix-socket|dns-servers|aws-sigv4|stderr|trace|trace-ascii|variable|url-query|socks5|socks5-hostname))$/;

/** How curl talks and what it shows; a webhook has no need of it. */
const OF_NO_MATTER =
  /^(?:-[sSvifLgoNO#0-9]|--(?:silent|show-error|verbose|include|fail|fail-with-body|location|globoff|no-buffer|output|compressed|progress-bar|http[\d.]+|write-out|tlsv[\d.]+|no-progress-meter))$/;

/** Undefined: it is no cURL command, or names no address. */
export function readCurl(command: string): CurlRequest | undefined {
  const typed = command.trim().replace(/^(?:\$\s+|[A-Za-z]:[^>\n]*>\s*)/, '');
  const [program = '', ...words] = isForCmd(typed) ? cmdWords(typed) : shellWords(typed);
  if (!/^(?:.*[\\/])?curl(?:\.exe)?$/i.test(program)) return undefined;
  const request: Draft = { method: '', url: '', headers: [], body: undefined, parts: [], inQuery: false, lost: [] };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (/^-[A-Za-z]./.test(word)) rest.unshift(...apart(word));
    else if (word.startsWith('-') && word.length > 1) readOption(request, word, rest);
    else if (request.url === '') request.url = word;
    else request.lost.push(word);
  }
  return request.url === '' ? undefined : finished(request);
}

/** `-sXPOST` is `-s -X POST`. */
function apart(word: string): readonly string[] {
  const first = word.slice(0, 2);
  const rest = word.slice(2);
  const takesValue = SHORT[first.slice(1)] !== undefined || OTHERS_VALUED.test(first);
  return [first, takesValue ? rest : `-${rest}`];
}

function readOption(request: Draft, name: string, rest: string[]): void {
  const meaning = VALUED[SHORT[name.slice(1)] ?? name];
  if (meaning) meaning(request, rest.shift() ?? '', name);
  else if (name === '-G' || name === '--get') request.inQuery = true;
  else if (name === '-I' || name === '--head') request.method ||= 'HEAD';
  else {
    const value = OTHERS_VALUED.test(name) ? rest.shift() : undefined;
    if (!OF_NO_MATTER.test(name)) request.lost.push(value === undefined ? name : `${name} ${value}`);
  }
}

function finished(request: Draft): CurlRequest {
  const { headers, parts, lost } = request;
  const hasContent = request.body !== undefined || parts.length > 0;
  const isQuery = request.inQuery && request.body !== undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(request.url) ? request.url : `http://${request.url}`;
  // Names and passwords in an address are what -u says.
  const [, scheme = '', user, host = ''] = /^([a-z][a-z\d+.-]*:\/\/)(?:([^/?#@]*)@)?(.*)$/is.exec(address) ?? [];
  if (user !== undefined && !has(request, 'Authorization')) {
    headers.push(['Authorization', `Basic ${base64(decoded(user))}`]);
  }
  const url = `${scheme}${host}`;
  const glue = url.includes('?') ? '&' : '?';
  return {
    method: request.method || (hasContent && !request.inQuery ? 'POST' : 'GET'),
    url: isQuery ? `${url}${glue}${request.body}` : url,
    headers,
    body: isQuery ? undefined : request.body,
    parts,
    lost,
  };
}

function has({ headers }: Draft, name: string): boolean {
  return headers.some(([key]) => key.toLowerCase() === name.toLowerCase());
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
