/** What a request says: ticked parameters, then the user's own, under their keys. */
import { compileJson, type FieldScope, type JsonWriter, type ValueReader } from './field-values';
import { type Row, rowsOf, withoutReplaced } from './keys';
import { addPairs, compilePairs, type PairStyle, type PairWriter, pairName } from './pairs';
import type { TemplateConfig } from './template-config';
import { jsonOf, textOf } from './values';

/** One parameter of a request, ticked or of the user's own. */
export type Member =
  | { readonly kind: 'available'; readonly key: string; readonly path: string; readonly read: ValueReader }
  | ({ readonly kind: 'row' } & Row);

/** The ticked parameters. */
export function availableMembers(names: readonly string[], scope: FieldScope): Member[] {
  return names.map((name, index) => {
    const path = `available[${index}]`;
    const [key = name] = scope.names.spelled([name]);
    const caution = scope.names.caution([key]);
    if (caution !== undefined) scope.warning(path, caution);
    const read = scope.names.reader([key]);
    return {
      kind: 'available',
      key,
      path,
      read: (frame) => {
        frame.field = path;
        return read(frame);
      },
    };
  });
}

export function rowMembers(fields: TemplateConfig['user'], path: string, scope: FieldScope): Member[] {
  return rowsOf(fields, path, scope).map((row) => ({ kind: 'row', ...row }));
}

/** Members as they are sent: of equal keys the later wins. */
export function effective(members: readonly Member[], scope: FieldScope): Member[] {
  return withoutReplaced(members, scope);
}

export function memberJson(member: Member, scope: FieldScope): { key: string; write: JsonWriter } {
  const { key } = member;
  if (member.kind === 'row') return { key, write: compileJson(member.field, member.path, scope) };
  return { key, write: (frame) => jsonOf(member.read(frame), scope.valuesAsText) };
}

export function memberPairs(member: Member, style: PairStyle, scope: FieldScope): PairWriter {
  const name = pairName(member.key);
  if (member.kind === 'row') return compilePairs(name, member.field, member.path, style, scope);
  const { read } = member;
  const value: ValueReader = scope.names.jsonInPairs ? (frame) => textOf(read(frame)) : read;
  return (frame, pairs) => addPairs(name, value(frame), style, frame, pairs, 0);
}
