/** Bodies of JSON that are written by hand: is this text JSON at all, and what is wrong with it? */
import { splitSecrets } from './secret-placeholder';
import { withoutDollar } from './weave';

/** Which way every block goes: `true` as if all conditions held and all lists had one item. */
type World = boolean;

/** Stands in the place of a variable outside quotes; the spaces keep it apart from what it touches. */
const BARE = ' null ';

/** In a string: the characters that end what a backslash began. Empty: nothing is open. */
function endOfEscape(text: string): string {
  const open = /(?:^|[^\\])(?:\\\\)*\\(u[0-9A-Fa-f]{0,3})?$/.exec(text);
  if (open === null) return '';
  return open[1] === undefined ? 'n' : '0'.repeat(5 - open[1].length);
}

/**
 * The text without its variables, with something in the holes that they leave. More tolerant than the context in which
 * it is compiled: a variable in a key or behind a backslash is JSON enough, so that it is refused there.
 */
function skeleton(tree: hbs.AST.Program, world: World, isDeclared: (name: string) => boolean): string {
  let text = '';
  let isInString = false;
  /** Where the latest hole or quote ends: an escape that is open began behind it. */
  let from = 0;
  const hole = (): void => {
    text += isInString ? `${endOfEscape(text.slice(from))}x` : BARE;
    from = text.length;
  };
  const literal = (piece: string): void => {
    for (const [token] of piece.matchAll(/\\[\s\S]|"|[^\\"]+|\\$/g)) {
      text += token;
      if (token !== '"') continue;
      isInString = !isInString;
      from = text.length;
    }
  };
  const walk = (program: hbs.AST.Program | undefined): void => {
    program?.body.forEach((statement, index) => {
      if (statement.type === 'MustacheStatement') hole();
      else if (statement.type === 'ContentStatement') {
        const content = withoutDollar(statement as hbs.AST.ContentStatement, program.body[index + 1]);
        for (const piece of splitSecrets(content, isDeclared)) {
          if (typeof piece === 'string') literal(piece);
          else hole();
        }
      } else if (statement.type === 'BlockStatement') {
        const block = statement as hbs.AST.BlockStatement;
        const isUnless = String(block.path.original) === 'unless';
        walk(world !== isUnless ? block.program : block.inverse);
      }
    });
  };
  walk(tree);
  return text;
}

/** Whether a text of no declared type is JSON: without its variables, or with something put in their place. */
export function isJsonTemplate(tree: hbs.AST.Program, isDeclared: (name: string) => boolean): boolean {
  return [true, false].some((world) => {
    const text = skeleton(tree, world, isDeclared);
    // A variable alone is a text, not the JSON value that it may look like.
    return text.replaceAll(BARE, '').trim() !== '' && problemOf(text) === undefined;
  });
}

/** What is wrong with a body of JSON, whatever its variables hold. Undefined: nothing, or it depends on its blocks. */
export function jsonTemplateProblem(tree: hbs.AST.Program, isDeclared: (name: string) => boolean): string | undefined {
  return hasBlocks(tree) ? undefined : problemOf(skeleton(tree, true, isDeclared));
}

/** What is wrong with a rendered body. Undefined: it is JSON. Placeholders outside quotes count as values. */
export function jsonBodyProblem(body: string, nonce: string): string | undefined {
  return problemOf(body.replaceAll(new RegExp(`%\\w+:${nonce}:json%`, 'g'), 'null'));
}

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function hasBlocks(tree: hbs.AST.Program): boolean {
  return tree.body.some((statement) => statement.type === 'BlockStatement');
}
