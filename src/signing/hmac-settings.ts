/**
 * The settings of an HMAC in a header of its own, as they are saved by an endpoint that signs and by a source that verifies.
 * Also runs in a browser.
 */
import { type Problem, shortened } from '../errors';
import { choice, type Reading, text } from '../parse';
import type { Sentence } from '../sentence';
import { endpoint } from '../sentences/endpoint';
import { hasPart, readSignedText, SIGNED_PARTS, type SignedPart, type SignedText } from './signed-text';

export const HMAC_ALGORITHMS = ['sha256', 'sha1', 'sha512'] as const;
export const HMAC_ENCODINGS = ['hex', 'base64'] as const;

export interface HmacSettings {
  readonly hmacAlgorithm: (typeof HMAC_ALGORITHMS)[number];
  readonly hmacEncoding: (typeof HMAC_ENCODINGS)[number];
  /** The header that carries the signature. */
  readonly hmacHeader: string;
  /** What stands before the signature in its header: `sha256=`, `t={{timestamp}},v1=`. */
  readonly hmacPrefix: string;
  /** What is signed: `{{body}}`, `{{timestamp}}.{{body}}`, `{{url}}{{params}}`. */
  readonly hmacContent: string;
  /** The header that carries the time, in seconds; empty: none. */
  readonly hmacTimestampHeader: string;
}

export const hmacDefaults: HmacSettings = {
  hmacAlgorithm: 'sha256',
  hmacEncoding: 'hex',
  hmacHeader: 'X-Signature',
  hmacPrefix: '',
  hmacContent: '{{body}}',
  hmacTimestampHeader: '',
};

/** The parts that each side can know. */
const PARTS: Readonly<Record<'sign' | 'verify', readonly SignedPart[]>> = {
  sign: SIGNED_PARTS,
  verify: ['timestamp', 'body'],
};

/** RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
/** Headers that frame or describe the message, or that are ours already. */
const TAKEN = /^(?:host|connection|content-(?:length|type|encoding)|transfer-encoding|expect|upgrade|te|webhook-id)$/i;

/** The settings out of a saved configuration. */
export function readHmacSettings(from: Reading): HmacSettings {
  return {
    hmacAlgorithm: choice(from, 'hmacAlgorithm', HMAC_ALGORITHMS, hmacDefaults.hmacAlgorithm),
    hmacEncoding: choice(from, 'hmacEncoding', HMAC_ENCODINGS, hmacDefaults.hmacEncoding),
    hmacHeader: text(from, 'hmacHeader', hmacDefaults.hmacHeader),
    hmacPrefix: text(from, 'hmacPrefix', hmacDefaults.hmacPrefix),
    hmacContent: text(from, 'hmacContent', hmacDefaults.hmacContent),
    hmacTimestampHeader: text(from, 'hmacTimestampHeader', hmacDefaults.hmacTimestampHeader),
  };
}

/** What cannot work, by field. */
export function checkHmac(settings: HmacSettings, side: 'sign' | 'verify'): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (field: keyof HmacSettings, what: Sentence): void => void problems.push({ field, ...what });
  const { hmacHeader, hmacTimestampHeader } = settings;
  if (!isFree(hmacHeader)) report('hmacHeader', endpoint('hmac-header', { header: shortened(hmacHeader) }));
  if (hmacTimestampHeader !== '') {
    const isSame = hmacTimestampHeader.toLowerCase() === hmacHeader.toLowerCase();
    if (isSame || !isFree(hmacTimestampHeader)) {
      report('hmacTimestampHeader', endpoint('hmac-time-header', { header: shortened(hmacTimestampHeader) }));
    }
  }
  const prefix = readSignedText(settings.hmacPrefix, ['timestamp']);
  if (!prefix) report('hmacPrefix', endpoint('hmac-prefix'));
  const content = readSignedText(settings.hmacContent, PARTS[side]);
  if (!content) {
    const parts = PARTS[side].map((part) => `{{${part}}}`).join(', ');
    report('hmacContent', endpoint('hmac-content', { parts }));
  }
  if (prefix && content) {
    const problem = problemOfContent(content, hasPart(prefix, 'timestamp') || hmacTimestampHeader !== '', side);
    if (problem) report('hmacContent', problem);
  }
  return problems;
}

function problemOfContent(content: SignedText, sendsTime: boolean, side: 'sign' | 'verify'): Sentence | undefined {
  if (!hasPart(content, 'body') && !hasPart(content, 'params')) {
    return endpoint('hmac-no-body');
  }
  if (hasPart(content, 'timestamp') && !sendsTime) {
    return endpoint('hmac-time-unsent');
  }
  if (side === 'verify' && sendsTime && !hasPart(content, 'timestamp')) {
    return endpoint('hmac-time-unsigned');
  }
  return undefined;
}

function isFree(header: string): boolean {
  return HEADER_NAME.test(header) && !TAKEN.test(header);
}
