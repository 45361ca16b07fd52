/** The expressions in a template's braces: names, paths, literals and calls, made into calls of the internal helpers. */
import { shortened } from '../errors';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import { CALLS, ROOT, type Tables } from './environment';
import { findHelper, type Helper, type HelperSettings, helperNames } from './helpers';
import type { Names, Reader, Reading } from './names';
import { nearest } from './nearest';
import { splitSecrets } from './secret-placeholder';
import { MAX_DEPTH } from './template-config';
import { TemplateError } from './template-error';
import { dataOnly, ownValue, valueAt } from './values';

/** What expressions are understood by. */
export interface Scope {
  readonly names: Names;
  readonly settings: HelperSettings;
  /** The value of a secret of the template itself, for hashes. Undefined: it has none of this name. */
  secretValue(name: string): string | undefined;
  isDeclared(secret: string): boolean;
  /** Told of what is odd about a name. */
  caution(what: Sentence): void;
}

const BLOCKS = ['if', 'unless', 'each', 'with'];
const LOOP_DATA = ['index', 'key', 'first', 'last'];
const NO_STRIP: hbs.AST.StripFlags = { open: false, close: false };

/** How an expression is read; `hidden`: it is hashed as it stands, so it may be a secret. */
interface How extends Reading {
  readonly hidden?: boolean;
}

export class ExpressionWeaver {
  readonly reads: Tables['reads'][number][] = [];
  readonly paths: string[][] = [];
  /** The loops and `with` blocks around the place that is being woven, outermost first. */
  private readonly around: { name: string; params: readonly string[] }[] = [];

  constructor(private readonly scope: Scope) {}

  enter(name: string, params: readonly string[]): void {
    this.around.push({ name, params });
  }

  leave(): void {
    this.around.pop();
  }

  /** What a variable or call writes. `read`: set where it is one name of event or message, outside of loops. */
  output(source: hbs.AST.MustacheStatement): { value: hbs.AST.Expression; read: Reader | undefined } {
    if (source.params.length > 0 || hasPairs(source.hash)) {
      const call = { ...source, type: 'SubExpression' } as unknown as hbs.AST.SubExpression;
      return { value: this.call(call, {}, 0), read: undefined };
    }
    const path = asPath(source.path);
    const [name = ''] = path.parts;
    const helper = findHelper(name);
    if (path.parts.length === 1 && helper && path.original === name && !this.scope.names.isParameter(name)) {
      throw new TemplateError(template('needs-value', { name, usage: helper.usage }), source.loc.start.line);
    }
    return { value: this.path(path, {}), read: this.isPlainName(path) ? this.nameReader(path.parts, {}) : undefined };
  }

  /** The head of `{{#if …}}` and its like. */
  blockHead(source: hbs.AST.BlockStatement): { name: string; params: hbs.AST.Expression[]; hash: hbs.AST.Hash } {
    const { line } = source.loc.start;
    const name = String(source.path.original);
    if (!BLOCKS.includes(name)) {
      throw new TemplateError(template('no-block', { name: shortened(name) }), line);
    }
    const [value, ...more] = source.params;
    if (value === undefined || more.length > 0) {
      throw new TemplateError(template('block-value', { name }), line);
    }
    const allowed = name === 'if' || name === 'unless' ? ['includeZero'] : [];
    return { name, params: [this.expression(value, {}, 0)], hash: this.hash(source.hash, allowed, {}, 0, line) };
  }

  /** A statement that writes what an internal helper answers. */
  statement(helper: string, params: hbs.AST.Expression[], loc: hbs.AST.SourceLocation): hbs.AST.Statement {
    return {
      ...this.internal(helper, params, loc),
      type: 'MustacheStatement',
      escaped: false,
      strip: NO_STRIP,
    } as hbs.AST.Statement;
  }

  number(value: number): hbs.AST.Expression {
    return { type: 'NumberLiteral', value, original: value } as unknown as hbs.AST.Expression;
  }

  private internal(helper: string, params: hbs.AST.Expression[], loc: hbs.AST.SourceLocation): hbs.AST.SubExpression {
    const path = {
      type: 'PathExpression',
      data: false,
      depth: 0,
      parts: [helper],
      original: helper,
      loc,
    } as hbs.AST.PathExpression;
    return { type: 'SubExpression', path, params, hash: noHash(loc), loc };
  }

  private expression(source: hbs.AST.Expression, how: How, depth: number): hbs.AST.Expression {
    switch (source.type) {
      case 'PathExpression':
        return this.path(source as hbs.AST.PathExpression, how);
      case 'SubExpression':
        return this.call(source as hbs.AST.SubExpression, how, depth + 1);
      case 'StringLiteral':
        return this.text(source as hbs.AST.StringLiteral, how);
      default:
        return source;
    }
  }

  private call(source: hbs.AST.SubExpression, how: How, depth: number): hbs.AST.Expression {
    const { line } = source.loc.start;
    const name = String((source.path as { original?: unknown }).original ?? '');
    const helper = findHelper(name);
    if (depth > MAX_DEPTH) throw new TemplateError(template('nested-parentheses'), line);
    if (helper === undefined) {
      const meant = nearest(name, helperNames);
      const wrong = shortened(name);
      throw new TemplateError(
        meant === undefined
          ? template('no-function', { name: wrong, functions: helperNames.join(', ') })
          : template('no-function-like', { name: wrong, meant }),
        line,
      );
    }
    if (source.params.length < helper.least || source.params.length > helper.most) {
      throw new TemplateError(template('usage', { name, usage: helper.usage }), line);
    }
    checkTyped(helper, source);
    const inside: How = {
      raw: helper.raw ?? how.raw ?? false,
      hidden: helper.hides ?? false,
    };
    const params = source.params.map((param, index) =>
      this.expression(param, { ...inside, lenient: helper.lenient === true && index === 0 }, depth),
    );
    return {
      ...source,
      params,
      hash: this.hash(source.hash, helper.named ?? [], inside, depth, line),
    } as hbs.AST.Expression;
  }

  private hash(
    source: hbs.AST.Hash | undefined,
    allowed: readonly string[],
    how: How,
    depth: number,
    line: number,
  ): hbs.AST.Hash {
    const pairs = (source?.pairs ?? []).map((pair) => {
      if (!allowed.includes(pair.key)) {
        throw new TemplateError(template('means-nothing', { name: shortened(pair.key) }), line);
      }
      return { ...pair, value: this.expression(pair.value, how, depth) };
    });
    return { ...noHash(source?.loc), pairs };
  }

  private text(source: hbs.AST.StringLiteral, how: How): hbs.AST.Expression {
    const pieces = splitSecrets(source.value, (name) => this.scope.isDeclared(name)).map((piece) => {
      if (typeof piece === 'string') return piece;
      const { secret } = piece;
      if (!how.hidden) {
        if (!this.scope.isDeclared(secret)) return `%${secret}%`;
        throw new TemplateError(template('secret-in-braces', { name: shortened(secret) }), source.loc.start.line);
      }
      const value = this.scope.secretValue(secret);
      if (value === undefined) {
        throw new TemplateError(template('secret-hashed', { name: shortened(secret) }), source.loc.start.line);
      }
      return value;
    });
    const value = pieces.join('');
    return { ...source, value, original: value } as hbs.AST.Expression;
  }

  private path(source: hbs.AST.PathExpression, how: How): hbs.AST.Expression {
    const { parts, loc } = source;
    if (source.data) return this.data(source, how);
    const isScoped = isScopedPath(source);
    const [head = '', ...rest] = parts;
    if (!isScoped && this.around.some(({ params }) => params.includes(head))) {
      const item = { ...source, parts: [head], original: head } as hbs.AST.PathExpression;
      return this.internal(CALLS.path, [this.number(this.paths.push(rest) - 1), item], loc);
    }
    if (this.around.length === 0) {
      if (parts.length === 0) throw new TemplateError(template('only-in-blocks'), loc.start.line);
      const read = this.nameReader(parts, how);
      return this.readCall((frame) => read(frame), undefined, loc);
    }
    const depth = source.depth;
    const item = {
      type: 'PathExpression',
      data: false,
      depth,
      parts: [],
      original: depth > 0 ? '..' : 'this',
      loc,
    } as hbs.AST.PathExpression;
    const isOnlyItems = isScoped && depth === 0;
    const readName = parts.length === 0 ? undefined : this.scope.names.reader(this.scope.names.spelled(parts), how);
    return this.readCall(
      (frame, at) => {
        if (at === ROOT || at === undefined) return readName?.(frame);
        if (isOnlyItems || parts.length === 0 || ownValue(at, head) !== undefined || hasOwn(at, head))
          return dataOnly(valueAt(at, parts));
        return readName?.(frame);
      },
      item,
      loc,
    );
  }

  private readCall(
    read: Tables['reads'][number],
    item: hbs.AST.Expression | undefined,
    loc: hbs.AST.SourceLocation,
  ): hbs.AST.Expression {
    const nothing = {
      type: 'UndefinedLiteral',
      value: undefined,
      original: undefined,
    } as unknown as hbs.AST.Expression;
    return this.internal(CALLS.read, [this.number(this.reads.push(read) - 1), item ?? nothing], loc);
  }

  private data(source: hbs.AST.PathExpression, how: How): hbs.AST.Expression {
    const { parts, loc } = source;
    const [name = '', ...rest] = parts;
    if (name === 'root' && rest.length > 0) {
      const read = this.nameReader(rest, how);
      return this.readCall((frame) => read(frame), undefined, loc);
    }
    const isKnown = LOOP_DATA.includes(name) && rest.length === 0;
    if (!isKnown || !this.around.some((block) => block.name === 'each')) {
      throw new TemplateError(template('only-in-each'), loc.start.line);
    }
    return source;
  }

  /** A name that is read wherever the template stands; told if only some events may have it. */
  private nameReader(parts: readonly string[], how: How): Reader {
    const path = this.scope.names.spelled(parts);
    const caution = how.lenient ? undefined : this.scope.names.caution(path);
    if (caution !== undefined) this.scope.caution(caution);
    return this.scope.names.reader(path, how);
  }

  private isPlainName(path: hbs.AST.PathExpression): boolean {
    return this.around.length === 0 && !path.data && path.parts.length > 0;
  }
}

/** `{{"a name"}}` and `{{12}}` are names to Handlebars. */
function asPath(source: hbs.AST.PathExpression | hbs.AST.Literal): hbs.AST.PathExpression {
  if (source.type === 'PathExpression') return source as hbs.AST.PathExpression;
  const original = String((source as { original?: unknown }).original);
  return { type: 'PathExpression', data: false, depth: 0, parts: [original], original, loc: source.loc };
}

/** `this.x`, `./x` and `../x`, but not the literal segment `[this.x]`. */
function isScopedPath({ original, parts }: hbs.AST.PathExpression): boolean {
  const plain = (text: string): string => text.replaceAll('/', '.');
  return /^(?:\.|this\b)/.test(original) && plain(original) !== plain(parts.join('.'));
}

function hasOwn(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function hasPairs(hash: hbs.AST.Hash | undefined): boolean {
  return hash !== undefined && hash !== null && hash.pairs.length > 0;
}

function noHash(loc: hbs.AST.SourceLocation | undefined): hbs.AST.Hash {
  return { type: 'Hash', pairs: [], ...(loc && { loc }) } as unknown as hbs.AST.Hash;
}

/** Formats, zones and algorithms that are typed in can be checked before the first call comes. */
function checkTyped(helper: Helper, source: hbs.AST.SubExpression): void {
  const check = (value: hbs.AST.Expression, name: number | string): void => {
    if (value.type !== 'StringLiteral') return;
    const problem = helper.check?.((value as hbs.AST.StringLiteral).value, name);
    if (problem !== undefined) throw new TemplateError(problem, source.loc.start.line);
  };
  source.params.forEach(check);
  for (const pair of source.hash?.pairs ?? []) check(pair.value, pair.key);
}
