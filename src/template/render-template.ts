/** Renders a compiled template for one message: a request, or the field that failed and why. */
import { UserError } from '../errors';
import type { CompiledTemplate, RenderedRequest } from './compile-template';
import { newFrame, RenderError, type RenderInput } from './frame';

export type Rendered =
  | { readonly ok: true; readonly request: RenderedRequest }
  | { readonly ok: false; readonly field: string; readonly message: string };

/** Pure and synchronous; never throws, whatever event and message hold. */
export function renderTemplate(template: CompiledTemplate, input: RenderInput): Rendered {
  const frame = newFrame(input);
  try {
    return { ok: true, request: template.render(frame) };
  } catch (error) {
    return { ok: false, field: frame.field, message: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RenderError || error instanceof UserError) return error.message;
  if (error instanceof RangeError) return 'A value is too long or nested too deeply.';
  // What a message holds may be no data at all: circles, getters that throw.
  const [reason = ''] = (error instanceof Error ? error.message : 'unknown').split('\n');
  return `A value cannot be written: ${reason}.`;
}
