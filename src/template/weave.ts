/**
 * Turns a parsed template into one that can be rendered: every variable gets a reader (what its name means) and a writer
 * (how it is escaped where it stands), every secret a placeholder. Refuses what could break out of its place.
 */
import { shortened } from '../errors';
import { template } from '../sentences/template';
import { type Context, ContextError, type Hole } from './contexts/context';
import { CALLS, compileTree, type Tables } from './environment';
import { ExpressionWeaver, type Scope } from './expressions';
import { type Frame, takeRoom } from './frame';
import type { Reader } from './names';
import { placeholder, type SecretContext, splitSecrets } from './secret-placeholder';
import { MAX_DEPTH } from './template-config';
import { TemplateError } from './template-error';

/** What a text says about secrets and names while it is woven. */
export interface WeaveScope extends Scope {
  isDeclared(secret: string): boolean;
  /** Told once for each name that is declared nowhere. */
  undeclared(secret: string): void;
}

export interface Woven {
  /** What it renders to with any event. Undefined: it has variables or secrets. */
  readonly constant: string | undefined;
  readonly hasBlocks: boolean;
  render(frame: Frame): string;
}

/** A piece of a text without blocks and calls, which needs no Handlebars to be rendered. */
type Piece =
  | string
  | { readonly read: Reader; readonly write: (value: unknown) => string }
  | { readonly secret: string; readonly context: SecretContext };

/** Throws a TemplateError. */
export function weave<State>(tree: hbs.AST.Program, context: Context<State>, scope: WeaveScope): Woven {
  const weaver = new Weaver(context, scope);
  const { program, state } = weaver.program(tree, context.start, 0);
  const last = tree.body.at(-1);
  guard(() => context.end(state), last?.loc.end.line ?? 1);
  const { pieces, hasBlocks } = weaver;
  if (pieces === undefined) return { constant: undefined, hasBlocks, render: compileTree(program, weaver.tables) };
  if (pieces.every((piece) => typeof piece === 'string')) {
    const constant = pieces.join('');
    return { constant, hasBlocks, render: () => constant };
  }
  return { constant: undefined, hasBlocks, render: (frame) => renderPieces(pieces, frame) };
}

function renderPieces(pieces: readonly Piece[], frame: Frame): string {
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else if ('read' in piece) text += piece.write(piece.read(frame));
    else text += placeholder(piece.secret, frame.nonce, piece.context);
  }
  takeRoom(frame, text.length);
  return text;
}

const NO_STRIP: hbs.AST.StripFlags = { open: false, close: false };

class Weaver<State> {
  /** Undefined: it takes Handlebars to render this. */
  pieces: Piece[] | undefined = [];
  hasBlocks = false;
  readonly expressions: ExpressionWeaver;
  private readonly writers: ((value: unknown) => string)[] = [];
  private readonly secrets: { name: string; context: SecretContext }[] = [];

  constructor(
    private readonly context: Context<State>,
    private readonly scope: WeaveScope,
  ) {
    this.expressions = new ExpressionWeaver(scope);
  }

  get tables(): Tables {
    const { reads, paths } = this.expressions;
    return { settings: this.scope.settings, reads, paths, writers: this.writers, secrets: this.secrets };
  }

  program(source: hbs.AST.Program, start: State, depth: number): { program: hbs.AST.Program; state: State } {
    const body: hbs.AST.Statement[] = [];
    let state = start;
    let literalLength = 0;
    source.body.forEach((statement, index) => {
      switch (statement.type) {
        case 'ContentStatement': {
          const content = statement as hbs.AST.ContentStatement;
          const text = withoutDollar(content, source.body[index + 1]);
          literalLength += text.length;
          state = this.content(text, content, state, body);
          return;
        }
        case 'MustacheStatement':
          state = this.mustache(statement as hbs.AST.MustacheStatement, state, body);
          return;
        case 'BlockStatement':
          state = this.block(statement as hbs.AST.BlockStatement, state, body, depth + 1);
          return;
        case 'CommentStatement':
          return;
        default:
          throw new TemplateError(template('partials-decorators'), statement.loc.start.line);
      }
    });
    if (depth > 0 && literalLength > 0) {
      body.push(this.expressions.statement(CALLS.room, [this.expressions.number(literalLength)], source.loc));
    }
    return { program: { ...source, body }, state };
  }

  private content(text: string, source: hbs.AST.ContentStatement, start: State, body: hbs.AST.Statement[]): State {
    let state = start;
    let line = source.loc.start.line;
    for (const piece of splitSecrets(text, (name) => this.scope.isDeclared(name))) {
      if (typeof piece === 'string') {
        const read = guard(() => this.context.literal(state, piece), line, piece);
        state = read.state;
        this.literal(read.text, source, body);
        line += piece.split('\n').length - 1;
      } else {
        state = this.secret(piece.secret, line, source, state, body);
      }
    }
    return state;
  }

  private literal(text: string, { loc }: hbs.AST.Node, body: hbs.AST.Statement[]): void {
    this.pieces?.push(text);
    body.push({ type: 'ContentStatement', value: text, original: text, loc } as unknown as hbs.AST.Statement);
  }

  private secret(name: string, line: number, source: hbs.AST.Node, state: State, body: hbs.AST.Statement[]): State {
    const hole = guard(() => this.context.hole(state), line);
    if (hole.secret === undefined) throw new TemplateError(template('secret-here', { name: shortened(name) }), line);
    if (hole.secret === 'value') {
      const value = this.scope.secretValue(name);
      if (value === undefined) {
        throw new TemplateError(template('secret-hashed', { name: shortened(name) }), line);
      }
      this.literal(value, source, body);
      return hole.next;
    }
    if (!this.scope.isDeclared(name)) this.scope.undeclared(name);
    this.pieces?.push({ secret: name, context: hole.secret });
    const index = this.secrets.push({ name, context: hole.secret }) - 1;
    body.push(this.expressions.statement(CALLS.secret, [this.expressions.number(index)], source.loc));
    return hole.next;
  }

  private mustache(source: hbs.AST.MustacheStatement, state: State, body: hbs.AST.Statement[]): State {
    const { line } = source.loc.start;
    if (!source.escaped) throw new TemplateError(template('escaped'), line);
    const hole: Hole<State> = guard(() => this.context.hole(state), line);
    const { value, read } = this.expressions.output(source);
    if (read === undefined) this.pieces = undefined;
    else this.pieces?.push({ read, write: hole.write });
    const index = this.expressions.number(this.writers.push(hole.write) - 1);
    body.push(this.expressions.statement(CALLS.write, [index, value], source.loc));
    return hole.next;
  }

  private block(source: hbs.AST.BlockStatement, start: State, body: hbs.AST.Statement[], depth: number): State {
    const { line } = source.loc.start;
    if (depth > MAX_DEPTH) throw new TemplateError(template('nested-blocks'), line);
    this.pieces = undefined;
    this.hasBlocks = true;
    const { name, params, hash } = this.expressions.blockHead(source);
    const part = (program: hbs.AST.Program | undefined, from: State, inItem: boolean) => {
      if (!program) return { program: undefined, state: from };
      if (inItem) this.expressions.enter(name, program.blockParams ?? []);
      const done = this.program(program, from, depth);
      if (name === 'each' && inItem)
        done.program.body.unshift(this.expressions.statement(CALLS.round, [], program.loc));
      if (inItem) this.expressions.leave();
      return done;
    };
    const changesContext = name === 'each' || name === 'with';
    const main = part(source.program, start, changesContext);
    const other = part(source.inverse, start, false);
    const state = this.context.merge(main.state, other.state);
    // The body of a loop goes on where it ended, so it must end where it began.
    const again = name === 'each' ? this.context.merge(main.state, start) : state;
    if (state === undefined || again === undefined) {
      throw new TemplateError(template('different-ends', { block: name }), line);
    }
    const empty: hbs.AST.Program = { type: 'Program', body: [], blockParams: [], loc: source.loc };
    body.push({
      ...source,
      params,
      hash,
      program: main.program ?? empty,
      inverse: other.program ? { ...other.program, chained: false } : undefined,
      openStrip: NO_STRIP,
      inverseStrip: NO_STRIP,
      closeStrip: NO_STRIP,
    } as unknown as hbs.AST.Statement);
    return state;
  }
}

/** `${{name}}` means `{{name}}`. What stood in the source counts, not what is left once spaces are stripped. */
export function withoutDollar(content: hbs.AST.ContentStatement, next: hbs.AST.Statement | undefined): string {
  const stood = String(content.original);
  return next?.type === 'MustacheStatement' && stood.endsWith('$') && content.value.endsWith('$')
    ? content.value.slice(0, -1)
    : content.value;
}

/** Adds the line to what a context complains about. */
function guard<Result>(run: () => Result, line: number, literal = ''): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ContextError)) throw error;
    throw new TemplateError(error.sentence, line + literal.slice(0, error.offset).split('\n').length - 1);
  }
}
