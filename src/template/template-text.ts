/** One text of a template with its variables: a URL, a value, a body. */
import { shortened } from '../errors';
import type { Sentence } from '../sentence';
import { template } from '../sentences/template';
import type { Context } from './contexts/context';
import { parseTree } from './environment';
import { type Frame, RenderError } from './frame';
import { findHelper, type HelperSettings, helperNames } from './helpers';
import type { Names } from './names';
import { nearest } from './nearest';
import { spellOut } from './spelling';
import { MAX_SOURCE_BYTES } from './template-config';
import { describe, TemplateError } from './template-error';
import { type WeaveScope, weave } from './weave';

/** What all texts of one template share. */
export interface TextScope {
  readonly names: Names;
  readonly settings: HelperSettings;
  /** Of the template itself. */
  readonly secrets: Readonly<Record<string, string>>;
  isDeclared(secret: string): boolean;
  problem(field: string, what: Sentence): void;
  warning(field: string, what: Sentence): void;
}

export interface TemplateText {
  /** False: it has a mistake, and rendering fails. */
  readonly isSound: boolean;
  /** What it renders to with any event. Undefined: it has variables or secrets. */
  readonly constant: string | undefined;
  readonly hasBlocks: boolean;
  /** Names its field in the frame, for errors. Throws a RenderError. */
  render(frame: Frame): string;
}

/** The parsed source. Undefined: it cannot be parsed, and the scope has been told. */
export function parseText(source: string, field: string, scope: TextScope): hbs.AST.Program | undefined {
  return attempt(source, field, scope, () => {
    if (Buffer.byteLength(source) > MAX_SOURCE_BYTES) throw new TemplateError(template('too-long'), 1);
    if (source.includes('\0')) throw new TemplateError(template('nul'), 1);
    const known = {
      isParameter: (name: string) => scope.names.isParameter(name),
      isHelper: (name: string) => findHelper(name) !== undefined,
      isNearHelper: (name: string) => nearest(name, helperNames) !== undefined,
    };
    return parseTree(spellOut(source, known));
  });
}

/** Compiles a text for the place where it stands. What is wrong is told to the scope; then rendering fails. */
export function compileText<State>(
  source: string,
  field: string,
  context: Context<State>,
  scope: TextScope,
): TemplateText {
  return compileParsed(parseText(source, field, scope), source, field, context, scope);
}

/** As compileText, of a source that is parsed. `tree`: undefined where that failed. */
export function compileParsed<State>(
  tree: hbs.AST.Program | undefined,
  source: string,
  field: string,
  context: Context<State>,
  scope: TextScope,
): TemplateText {
  const cautions = new Map<string, Sentence>();
  const undeclared = new Set<string>();
  const weaveScope: WeaveScope = {
    names: scope.names,
    settings: scope.settings,
    secretValue: (name) => (Object.hasOwn(scope.secrets, name) ? scope.secrets[name] : undefined),
    isDeclared: (name) => scope.isDeclared(name),
    caution: (what) => cautions.set(what.message, what),
    undeclared: (name) => undeclared.add(name),
  };
  const woven = tree && attempt(source, field, scope, () => weave(tree, context, weaveScope));
  for (const caution of cautions.values()) scope.warning(field, caution);
  for (const name of undeclared) {
    scope.warning(field, template('secret-undeclared', { name: shortened(name) }));
  }
  return {
    isSound: woven !== undefined,
    constant: woven?.constant,
    hasBlocks: woven?.hasBlocks ?? false,
    render(frame) {
      frame.field = field;
      if (woven === undefined) throw new RenderError(template('has-mistake'));
      return woven.render(frame);
    },
  };
}

function attempt<Result>(source: string, field: string, scope: TextScope, run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    scope.problem(field, describe(error instanceof TemplateError ? error : fromHandlebars(error), source));
    return undefined;
  }
}

/** Handlebars tells the line, and draws an arrow under the place. */
function fromHandlebars(error: unknown): TemplateError {
  if (error instanceof RangeError) return new TemplateError(template('nested-template'), 1);
  const message = error instanceof Error ? error.message : String(error);
  const [first = '', near = ''] = message.split('\n');
  const line = Number(/ on line (\d+)/.exec(first)?.[1] ?? / - (\d+):\d+$/.exec(message)?.[1] ?? 1);
  if (!/^(?:Parse|Lexical) error/.test(first)) return new TemplateError(mismatch(message), line);
  if (message.includes("got 'EOF'")) return new TemplateError(template('block-open'), line);
  const where = near.trim().slice(-60);
  return new TemplateError(
    where === '' ? template('no-expression') : template('no-expression-near', { near: where }),
    line,
  );
}

/** What Handlebars finds wrong with what it could read. It names things in full, however long they are. */
function mismatch(message: string): Sentence {
  const said = message.replace(/ - \d+:\d+$/, '');
  const [open = '', close] = said.split(" doesn't match ");
  if (close !== undefined) return template('no-match', { open: shortened(open), close: shortened(close) });
  return template('no-path', { path: shortened(said.replace(/^Invalid path: /, '')) });
}
