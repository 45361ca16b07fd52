/**
 * Makes what users write into what Handlebars reads: names with spaces become literal segments, and a brace may follow a
 * variable. Lines keep their numbers. What Handlebars would leave unescaped is refused here, by name.
 */
import handlebars from 'handlebars';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import { MAX_DEPTH } from './template-config';
import { lineAt, TemplateError } from './template-error';

export interface Vocabulary {
  isParameter(name: string): boolean;
  isHelper(name: string): boolean;
  /** Whether it is a helper's name but for a slip of the keys. */
  isNearHelper(name: string): boolean;
}

/** Without anything to look closer at: one name or path, as Handlebars reads it. */
const PLAIN_PATH = /^[@A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;

const BLOCK = /^([#^]?\s*(?:else\s+)?(?:if|unless|each|with)\s+)([\s\S]*?)(\s+as\s+\|[^|]*\|\s*)?$/;

/** Longer ones are a pair of braces that was forgotten, and would take long to look at. */
const MAX_EXPRESSION = 2000;

/** Quoted texts and literal segments may hold "}}". */
const EXPRESSION = /(?:"(?:\\"|[^"])*"|'(?:\\'|[^'])*'|\[(?:\\\]|[^\]])*\]|\}(?!\})|[^"'[}])*/y;

export function spellOut(source: string, known: Vocabulary): string {
  let out = '';
  let at = 0;
  let depth = 0;
  for (;;) {
    const open = source.indexOf('{{', at);
    if (open === -1) return out + source.slice(at);
    const before = source.slice(at, open);
    out += before;
    // As the lexer has it: one backslash makes the braces text, two are one backslash and a variable.
    if (before.endsWith('\\') && !before.endsWith('\\\\')) {
      const next = /\\{0,2}\{\{/g;
      next.lastIndex = open + 2;
      at = next.exec(source)?.index ?? source.length;
      out += source.slice(open, at);
      continue;
    }
    const { text, end } = spellMustache(source, open, known);
    out += text;
    at = end;
    // Counted here, because it takes Handlebars long to give up on what is nested a thousand deep.
    if (/^\{\{~?[#^]./.test(text)) depth++;
    else if (/^\{\{~?\//.test(text)) depth--;
    if (depth > MAX_DEPTH) throw new TemplateError(template('nested-blocks'), lineAt(source, open));
    if (source[end] === '}') out += '{{!}}';
  }
}

function spellMustache(source: string, open: number, known: Vocabulary): { text: string; end: number } {
  const fail = (why: Sentence): TemplateError => new TemplateError(why, lineAt(source, open));
  const start = source[open + 2] === '~' ? open + 3 : open + 2;
  switch (source[start]) {
    case '{':
      throw fail(template('three-braces'));
    case '&':
      throw fail(template('ampersand'));
    case '>':
      throw fail(template('partials'));
    case '*':
      throw fail(template('decorators'));
    case '!': {
      const isLong = source.startsWith('!--', start);
      const close = /--~?\}\}/g;
      close.lastIndex = start + 3;
      const found = isLong ? close.exec(source) : null;
      const end = found ? found.index + found[0].length : source.indexOf('}}', start) + 2;
      if (end === 1 || (isLong && !found)) throw fail(template('comment-open'));
      return { text: source.slice(open, end), end };
    }
  }
  if (/^#\s*[>*]/.test(source.slice(start, start + 8))) throw fail(template('partials-decorators'));
  const end = closeOf(source, start, known);
  if (end === undefined) throw fail(template('braces-unclosed'));
  const bodyEnd = source[end - 1] === '~' ? end - 1 : end;
  const body = source.slice(start, bodyEnd);
  const text = source.slice(open, start) + spellBody(body, known) + source.slice(bodyEnd, end + 2);
  return { text, end: end + 2 };
}

/** Where the "}}" stands that closes an expression: the first, unless only a later one makes sense of quotes. */
function closeOf(source: string, start: number, known: Vocabulary): number | undefined {
  const first = source.indexOf('}}', start);
  if (first === -1) return undefined;
  const body = source.slice(start, first);
  if (body.length > MAX_EXPRESSION) throw new TemplateError(template('braces-open'), lineAt(source, start));
  if (!/["'[]/.test(body) || known.isParameter(body.trim()) || parses(body)) return first;
  EXPRESSION.lastIndex = start;
  const length = EXPRESSION.exec(source)?.[0].length ?? 0;
  const later = start + Math.min(length, MAX_EXPRESSION);
  const makesSense = later !== first && source.startsWith('}}', later) && parses(source.slice(start, later));
  return makesSense ? later : first;
}

function spellBody(body: string, known: Vocabulary): string {
  const text = body.trim();
  if (PLAIN_PATH.test(text) || text === '' || /^(?:\/|\^$|else$)/.test(text)) return body;
  const block = BLOCK.exec(text);
  if (block !== null && !(/^[a-z]/.test(text) && !text.startsWith('else'))) {
    const [, head = '', argument = '', tail = ''] = block;
    return isArgument(argument, known) ? body : body.replace(text, () => head + segments(argument, known) + tail);
  }
  if (/^[#^]/.test(text) || /^else\s/.test(text)) return body;
  const name = nameIn(text, known);
  return name === undefined ? body : body.replace(text, () => name);
}

/** The literal segments for a name that Handlebars would not read as one. Undefined: it is an expression. */
function nameIn(text: string, known: Vocabulary): string | undefined {
  if (known.isParameter(text)) return segments(text, known);
  const expression = expressionOf(text);
  const isCall = known.isHelper(/^[^\s]*/.exec(text)?.[0] ?? '') && /\s/.test(text);
  if (expression === undefined) {
    // A call with a mistake in it is for the parser to complain about.
    const helper = /^(\S+)\s+([^"'()=]+)$/.exec(text);
    if (isCall && helper && known.isParameter(helper[2] ?? ''))
      return `${helper[1]} ${segments(helper[2] ?? '', known)}`;
    return isCall || /^[("']/.test(text) ? undefined : segments(text, known);
  }
  if (!expression.hasArguments || (!isCall && isMistypedCall(expression, known))) return undefined;
  if (!isCall) return segments(text, known);
  const argument = text.replace(/^\S+\s+/, '');
  return known.isParameter(argument) && /\s/.test(argument)
    ? `${text.slice(0, text.length - argument.length)}${segments(argument, known)}`
    : undefined;
}

/** A call that cannot work, which the parser is to complain about, rather than a name with spaces in it. */
function isMistypedCall({ head, params, hasHash }: Expression, known: Vocabulary): boolean {
  if (hasHash || params.some(({ type }) => type === 'StringLiteral')) return true;
  const isValue = (param: hbs.AST.Expression): boolean => {
    const original = originalOf(param);
    return param.type !== 'PathExpression' || known.isParameter(original) || original.startsWith('msg.');
  };
  return known.isNearHelper(head) && params.every(isValue);
}

/** Whether the argument of a block is an expression as it stands, rather than a name with spaces in it. */
function isArgument(text: string, known: Vocabulary): boolean {
  if (PLAIN_PATH.test(text)) return true;
  if (known.isParameter(text) && /[\s[\]]/.test(text)) return false;
  const call = expressionOf(`if ${text}`);
  return call !== undefined ? call.params.length === 1 || call.hasHash : /["'()|=]/.test(text);
}

/** `[name]`, or `msg.[…].[…]` for a path through the message, and `[…].[0]` for an item of a parameter that is a list. */
function segments(name: string, known: Vocabulary): string {
  const isItem = /^[\w$]+(?:\.[\w$]+)+$/.test(name) && known.isParameter(name.split('.', 1)[0] ?? '');
  const isPath = (isItem || /^msg\s*\./.test(name)) && !known.isParameter(name);
  const parts = isPath ? name.split('.').map((part) => part.trim()) : [name];
  return parts.map((part) => (part === 'msg' ? part : `[${part.replace(/\]/g, '\\]')}]`)).join('.');
}

interface Expression {
  readonly head: string;
  readonly params: readonly hbs.AST.Expression[];
  readonly hasHash: boolean;
  readonly hasArguments: boolean;
}

function expressionOf(text: string): Expression | undefined {
  try {
    const [statement, ...more] = handlebars.parseWithoutProcessing(`{{${text}}}`).body;
    if (statement?.type !== 'MustacheStatement' || more.length > 0) return undefined;
    const { path, params, hash } = statement as hbs.AST.MustacheStatement;
    const hasHash = hash !== undefined && hash !== null && hash.pairs.length > 0;
    return { head: originalOf(path), params, hasHash, hasArguments: params.length > 0 || hasHash };
  } catch {
    return undefined;
  }
}

function originalOf(expression: hbs.AST.Expression): string {
  return String((expression as { original?: unknown }).original ?? '');
}

/** Whether it is an expression, alone or as the head of a block. */
function parses(body: string): boolean {
  return expressionOf(body.replace(/^\s*[#^]?\s*(?:else\s+)?/, '')) !== undefined;
}
