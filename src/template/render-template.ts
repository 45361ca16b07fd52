/** Renders a compiled template for one message: a request, or the field that failed and why. */
import { type Problem, UserError } from '../errors';
import type { Sentence } from '../sentence';
import { template as words } from '../sentences/template';
import type { CompiledTemplate, RenderedRequest } from './compile-template';
import { newFrame, RenderError, type RenderInput } from './frame';

export type Rendered = { readonly ok: true; readonly request: RenderedRequest } | (Problem & { readonly ok: false });

/** Pure and synchronous; never throws, whatever event and message hold. */
export function renderTemplate(template: CompiledTemplate, input: RenderInput): Rendered {
  const frame = newFrame(input);
  try {
    return { ok: true, request: template.render(frame) };
  } catch (error) {
    return { ok: false, field: frame.field, ...reasonOf(error) };
  }
}

function reasonOf(error: unknown): Sentence {
  if (error instanceof RenderError || error instanceof UserError) return error.sentence;
  if (error instanceof RangeError) return words('nested-values');
  // What a message holds may be no data at all: circles, getters that throw.
  const [reason = ''] = (error instanceof Error ? error.message : 'unknown').split('\n');
  return words('unwritable', { reason });
}
