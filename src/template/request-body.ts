/** The body of a request, by the format of the template. */
import { toUSVString } from 'node:util';
import { shortened } from '../errors';
import { template } from '../sentences/template';
import { BYTES_TYPE, FORM_TYPE, JSON_TYPE, PLAIN_TYPE, type TextKind, textKindOf } from './content-type';
import { formContext } from './contexts/form';
import { jsonContext } from './contexts/json';
import { jsonMember, plainText } from './contexts/plain';
import { xmlContext } from './contexts/xml';
import { type FieldScope, type JsonWriter, joinMembers } from './field-values';
import { type Frame, RenderError, tooLong } from './frame';
import { isJsonTemplate, jsonBodyProblem, jsonTemplateProblem } from './json-text';
import { type Member, memberJson, memberPairs } from './members';
import { FORM } from './pairs';
import { MAX_BODY_BYTES, type TemplateConfig } from './template-config';
import { compileParsed, compileText, parseText, type TemplateText } from './template-text';
import { valueAt } from './values';

export interface Body {
  readonly content: string | Buffer;
  /** The Content-Type that goes with it by its format. */
  readonly type: string;
}

export type BodyWriter = (frame: Frame) => Body;

/** `contentType`: what is declared for a text; undefined where nothing is. */
export function compileBody(
  config: TemplateConfig,
  members: readonly Member[],
  contentType: string | undefined,
  scope: FieldScope,
): BodyWriter {
  switch (config.format) {
    case 'json': {
      const write = joinMembers(members.map((member) => memberJson(member, scope)));
      return (frame) => sized({ content: write(frame), type: JSON_TYPE }, frame, 'user');
    }
    case 'json-rpc':
      return compileRpc(config, members, scope);
    case 'form': {
      const writers = members.map((member) => memberPairs(member, FORM, scope));
      return (frame) => {
        const pairs: string[] = [];
        for (const write of writers) write(frame, pairs);
        return sized({ content: pairs.join('&'), type: FORM_TYPE }, frame, 'user');
      };
    }
    case 'text':
      return compileTextBody(config, contentType, scope);
    case 'raw':
      return compileRaw(config.rawProperty, scope);
  }
}

function compileRpc(config: TemplateConfig, members: readonly Member[], scope: FieldScope): BodyWriter {
  if (config.rpcMethod.trim() === '') scope.problem('rpcMethod', template('rpc-method'));
  const method = compileText(config.rpcMethod.trim(), 'rpcMethod', jsonMember, scope);
  const params = joinMembers(members.map((member) => memberJson(member, scope)));
  const id = compileRpcId(config.rpcId.trim(), scope);
  return (frame) => {
    const name = JSON.stringify(method.render(frame));
    const content = `{"jsonrpc":"2.0","method":${name},"params":${params(frame)},"id":${id(frame)}}`;
    return sized({ content, type: JSON_TYPE }, frame, 'user');
  };
}

/** A typed whole number is a number; what has variables is a string, so that its type never changes. */
function compileRpcId(source: string, scope: FieldScope): JsonWriter {
  if (source === '') {
    return ({ event, message }) => {
      const id = event === null ? message['_msgid'] : event.id;
      return JSON.stringify(typeof id === 'string' ? id : null);
    };
  }
  const text = compileText(source, 'rpcId', jsonMember, scope);
  if (text.constant !== undefined && /^(?:0|-?[1-9]\d{0,14})$/.test(text.constant))
    return () => text.constant ?? 'null';
  return (frame) => JSON.stringify(text.render(frame));
}

function compileTextBody(config: TemplateConfig, contentType: string | undefined, scope: FieldScope): BodyWriter {
  const tree = parseText(config.text, 'text', scope);
  const isDeclared = (name: string): boolean => scope.isDeclared(name);
  const isJson = contentType === undefined && tree !== undefined && isJsonTemplate(tree, isDeclared);
  const kind: TextKind = contentType !== undefined ? textKindOf(contentType) : isJson ? 'json' : 'plain';
  const compile = (): TemplateText => {
    switch (kind) {
      case 'json':
        return compileParsed(tree, config.text, 'text', jsonContext(scope.valuesAsText), scope);
      case 'form':
        return compileParsed(tree, config.text, 'text', formContext, scope);
      case 'xml':
        return compileParsed(tree, config.text, 'text', xmlContext, scope);
      case 'plain':
        return compileParsed(tree, config.text, 'text', plainText, scope);
    }
  };
  const text = compile();
  if (kind === 'json' && tree !== undefined && text.isSound) {
    const problem = jsonTemplateProblem(tree, isDeclared);
    if (problem !== undefined) scope.problem('text', template('no-json', { reason: problem }));
  }
  if (contentType === undefined && kind === 'plain' && tree !== undefined) warnOfPlain(config.text, text, scope);
  const type = isJson ? JSON_TYPE : PLAIN_TYPE;
  return (frame) => {
    const body = sized({ content: toUSVString(text.render(frame)), type }, frame, 'text');
    // Without blocks it was proved at deploy that every rendering is JSON.
    const problem = kind === 'json' && text.hasBlocks ? jsonBodyProblem(String(body.content), frame.nonce) : undefined;
    if (problem !== undefined) throw new RenderError(template('came-out-no-json', { reason: problem }));
    return body;
  };
}

/** Somebody who writes markup wants values escaped, but it is not to be guessed. */
function warnOfPlain(source: string, text: TemplateText, scope: FieldScope): void {
  if (text.constant !== undefined) return;
  if (/^\s*(?:\{\s*"|\[\s*["{[])/.test(source)) scope.warning('text', template('like-json'));
  else if (/^\s*</.test(source)) scope.warning('text', template('like-xml'));
}

const PROPERTY = /(?:^|\.)([^.[\]'"]+)|\[(?:"([^"]*)"|'([^']*)'|(\d+))\]/gy;

/** `payload`, `req.body["a b"][0]`, also with `msg.` before it. Undefined: it is no path. */
function propertyPath(text: string): string[] | undefined {
  const source = text.trim().replace(/^msg\./, '');
  const parts: string[] = [];
  PROPERTY.lastIndex = 0;
  let read = 0;
  for (let match = PROPERTY.exec(source); match !== null; match = PROPERTY.exec(source)) {
    parts.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
    read = PROPERTY.lastIndex;
    if (read === source.length) break;
  }
  return read === source.length && parts.length > 0 ? parts : undefined;
}

function compileRaw(property: string, scope: FieldScope): BodyWriter {
  const path = propertyPath(property);
  if (path === undefined) scope.problem('rawProperty', template('raw-property'));
  return (frame) => {
    frame.field = 'rawProperty';
    const value = valueAt(frame.message, path ?? []);
    if (value === undefined || value === null)
      throw new RenderError(template('no-property', { property: shortened((path ?? []).join('.')) }));
    return sized(rawBody(value), frame, 'rawProperty');
  };
}

function rawBody(value: unknown): Body {
  if (typeof value === 'string') return { content: value, type: PLAIN_TYPE };
  if (Buffer.isBuffer(value)) return { content: value, type: BYTES_TYPE };
  if (ArrayBuffer.isView(value)) {
    return { content: Buffer.from(value.buffer, value.byteOffset, value.byteLength), type: BYTES_TYPE };
  }
  if (value instanceof ArrayBuffer) return { content: Buffer.from(value), type: BYTES_TYPE };
  return { content: JSON.stringify(value) ?? 'null', type: JSON_TYPE };
}

/** The body, if it is not too long. A character takes at most three bytes. */
function sized(body: Body, frame: Frame, field: string): Body {
  frame.field = field;
  const { length } = body.content;
  if (length > MAX_BODY_BYTES) throw tooLong();
  if (
    typeof body.content === 'string' &&
    length * 3 > MAX_BODY_BYTES &&
    Buffer.byteLength(body.content) > MAX_BODY_BYTES
  ) {
    throw tooLong();
  }
  return body;
}
