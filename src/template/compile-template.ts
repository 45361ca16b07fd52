/** Compiles what a user edits into what renders requests: once, at deploy, where everything that cannot work is found. */
import { type Problem, shortened } from '../errors';
import { dateFormatProblem } from '../event/date-format';
import type { Vocabulary } from '../event/vocabulary';
import { timeZoneProblem } from '../event/zone-name';
import { type Sentence, sentenceOf } from '../sentence';
import { template } from '../sentences/template';
import { headerText } from './contexts/plain';
import type { FieldScope, TypedRow } from './field-values';
import { type Frame, RenderError } from './frame';
import { availableMembers, effective, rowMembers } from './members';
import { Names } from './names';
import { type Body, compileBody } from './request-body';
import { compileHeaders, type HeaderRow, type HeaderWriter, headerWriter } from './request-headers';
import { compileUrl } from './request-url';
import { SECRET_NAME } from './secret-placeholder';
import type { TemplateConfig } from './template-config';
import { compileText } from './template-text';

/** A request as a message carries it: what the core `http request` node takes. */
export interface RenderedRequest {
  readonly method: string;
  /** Absolute, or a path where neither template nor base URL say more; empty where nothing does. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: no body. */
  readonly body: string | Buffer | undefined;
}

export interface CompiledTemplate {
  /** Why it cannot work with any event. Empty: it can. */
  readonly problems: readonly Problem[];
  /** What is odd, but works. */
  readonly warnings: readonly Problem[];
  /** What is to be looked up before rendering, and passed to it in this order. */
  readonly typedRows: readonly TypedRow[];
  /** The origin typed into its URL. Undefined: it is a path, or empty. */
  readonly origin: string | undefined;
  /** Throws a RenderError. Use renderTemplate, which never throws. */
  readonly render: (frame: Frame) => RenderedRequest;
}

export interface CompileOptions {
  /** Whose names parameters go by. */
  readonly vocabulary: Vocabulary;
  /** The template's own secrets: name → value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly endpointSecretNames: readonly string[];
  /** Of the endpoint, put before a URL that is only a path. Undefined: such a URL stays a path. */
  readonly baseUrl?: string;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/;

/** What a format has in its body alone. */
const ONLY_IN_BODY = {
  text: 'text',
  raw: 'rawProperty',
  'json-rpc': 'rpcMethod',
  json: undefined,
  form: undefined,
} as const;

/** Never throws: what is wrong is in `problems`. */
export function compileTemplate(config: TemplateConfig, options: CompileOptions): CompiledTemplate {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const typedRows: TypedRow[] = [];
  const scope = scopeOf(config, options, problems, warnings, typedRows);
  const method = config.method.trim().toUpperCase() || 'POST';
  if (!TOKEN.test(method)) scope.problem('method', template('method', { method: shortened(config.method) }));

  const inQuery = method === 'GET' || method === 'HEAD';
  const usesMembers = inQuery || config.format === 'json' || config.format === 'json-rpc' || config.format === 'form';
  const own = [...availableMembers(config.available, scope), ...rowMembers(config.user, 'user', scope)];
  const query = rowMembers(config.query, 'query', scope);
  const url = compileUrl(config.url, options.baseUrl, inQuery ? [...own, ...query] : query, scope);
  const headers = compileHeaders(config.headers, scope);
  const declared = declaredType(config, headers, scope);
  const sent = usesMembers && !inQuery ? effective(own, scope) : [];
  // A DELETE about nothing but its URL has no body.
  const hasBody = !(inQuery || (method === 'DELETE' && sent.length === 0 && isOfMembers(config)));
  const body = hasBody ? compileBody(config, sent, declared.forText, scope) : undefined;
  if (!usesMembers && config.user.length > 0) {
    const isRaw = config.format === 'raw';
    scope.warning('user', isRaw ? template('raw-user-parameters') : template('no-user-parameters'));
  }
  const unsent = inQuery ? ONLY_IN_BODY[config.format] : undefined;
  if (unsent !== undefined && config[unsent].trim() !== '') scope.warning(unsent, template('no-body', { method }));

  return {
    problems,
    warnings,
    typedRows,
    origin: url.origin,
    render(frame) {
      const [problem] = problems;
      if (problem !== undefined) {
        frame.field = problem.field;
        throw new RenderError(sentenceOf(problem));
      }
      const rendered: Body | undefined = body?.(frame);
      const address = url.write(frame);
      const written: [string, string][] = headers.map((header) => [header.name, header.write(frame)]);
      const type = declared.header === undefined ? rendered?.type : declared.header?.write(frame);
      if (type !== undefined) written.unshift(['Content-Type', type]);
      return { method, url: address, headers: Object.fromEntries(written), body: rendered?.content };
    },
  };
}

function isOfMembers({ format }: TemplateConfig): boolean {
  return format === 'json' || format === 'form';
}

function scopeOf(
  config: TemplateConfig,
  { vocabulary, secrets, endpointSecretNames }: CompileOptions,
  problems: Problem[],
  warnings: Problem[],
  typedRows: TypedRow[],
): FieldScope {
  const problem = (field: string, what: Sentence): void => {
    problems.push({ field, ...what });
  };
  const zoneProblem = timeZoneProblem(config.timeZone);
  const formatProblem = dateFormatProblem(config.dateFormat);
  if (zoneProblem !== undefined) problem('timeZone', zoneProblem);
  if (formatProblem !== undefined) problem('dateFormat', formatProblem);
  for (const name of Object.keys(secrets)) {
    if (SECRET_NAME.test(name)) continue;
    problem('secrets', template('secret-name', { name: shortened(name) }));
  }
  const settings = {
    timeZone: zoneProblem === undefined ? config.timeZone : 'UTC',
    dateFormat: formatProblem === undefined ? config.dateFormat : 'standard',
  };
  const declared = new Set([...Object.keys(secrets), ...endpointSecretNames]);
  return {
    names: new Names(vocabulary, config.unknown, settings.dateFormat, settings.timeZone),
    settings,
    secrets,
    isDeclared: (name) => declared.has(name),
    problem,
    warning: (field, what) => warnings.push({ field, ...what }),
    valuesAsText: config.valuesAsText,
    typedRows,
  };
}

interface DeclaredType {
  /** What the template sets. Undefined: what goes with the format; null: no header, or a row of the user's. */
  readonly header: HeaderWriter | null | undefined;
  /** By which a body of format `text` is escaped. Undefined: nothing is declared. */
  readonly forText: string | undefined;
}

function declaredType(config: TemplateConfig, headers: readonly HeaderRow[], scope: FieldScope): DeclaredType {
  const edited = config.contentType.trim();
  const row = headers.find(({ name }) => name.toLowerCase() === 'content-type');
  if (row !== undefined) {
    const { value, type } = row.field;
    return { header: null, forText: constantType(String(value), `${row.path}.value`, type === 'text', config, scope) };
  }
  if (edited === '') return { header: undefined, forText: undefined };
  if (edited.toLowerCase() === 'none') return { header: null, forText: undefined };
  const text = compileText(edited, 'contentType', headerText, scope);
  return {
    header: headerWriter('Content-Type', 'contentType', text, scope),
    forText: constantType(edited, 'contentType', true, config, scope),
  };
}

/** How a text is escaped has to be known before it is rendered. */
function constantType(
  source: string,
  field: string,
  isText: boolean,
  config: TemplateConfig,
  scope: FieldScope,
): string {
  const isConstant = isText && !/\{\{|%\w{3,}%/.test(source);
  if (!isConstant && config.format === 'text') {
    scope.problem(field, template('type-varies'));
  }
  return source;
}
