/** Which status codes count as success. */
import { shortened, UserError } from '../errors';
import { setting } from '../sentences/setting';

/** Status codes from `first` to `last`, both included. */
export interface SuccessRule {
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
  /** As it was written, for messages. */
  readonly text: string;
}

export const DEFAULT_SUCCESS = '2xx';

/**
 * Reads `2xx`, `200`, `200,202` or `2xx,304`; empty is `2xx`. Throws a UserError (`success-rule`, field `success`) that
 * names the part that is wrong.
 */
export function parseSuccessRule(text: string): SuccessRule {
  const whole = text.trim() === '' ? DEFAULT_SUCCESS : text.trim();
  const ranges = whole.split(',').map((part) => {
    const code = part.trim();
    const [, hundreds] = /^([2-5])xx$/i.exec(code) ?? [];
    if (hundreds !== undefined) return { first: Number(hundreds) * 100, last: Number(hundreds) * 100 + 99 };
    if (/^[2-5]\d\d$/.test(code)) return { first: Number(code), last: Number(code) };
    throw new UserError(
      'success-rule',
      code === '' ? setting('success-empty') : setting('success-code', { code: shortened(code) }),
      { field: 'success' },
    );
  });
  return { ranges, text: whole };
}

export function isSuccess(rule: SuccessRule, statusCode: number): boolean {
  return rule.ranges.some(({ first, last }) => statusCode >= first && statusCode <= last);
}
