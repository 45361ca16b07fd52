/** How well-known senders sign: chosen in a panel, they fill in the fields of a signature. Nothing of the choice is saved. */
import { type HmacSettings, hmacDefaults } from '../../src/signing/hmac-settings';

type Preset = HmacSettings & { readonly hmacSeparator: string };

const plain: Preset = { ...hmacDefaults, hmacSeparator: ',' };

const PRESETS: Readonly<Record<string, Preset>> = {
  GitHub: { ...plain, hmacHeader: 'X-Hub-Signature-256', hmacPrefix: 'sha256=' },
  Slack: {
    ...plain,
    hmacHeader: 'X-Slack-Signature',
    hmacPrefix: 'v0=',
    hmacContent: 'v0:{{timestamp}}:{{body}}',
    hmacTimestampHeader: 'X-Slack-Request-Timestamp',
  },
  Stripe: {
    ...plain,
    hmacHeader: 'Stripe-Signature',
    hmacPrefix: 't={{timestamp}},v1=',
    hmacContent: '{{timestamp}}.{{body}}',
    hmacSeparator: ',v1=',
  },
  Twilio: {
    ...plain,
    hmacAlgorithm: 'sha1',
    hmacEncoding: 'base64',
    hmacHeader: 'X-Twilio-Signature',
    hmacContent: '{{url}}{{params}}',
  },
};

/** `select` offers the names of presets. */
export function hmacPresets(select: HTMLSelectElement): void {
  select.addEventListener('change', () => {
    for (const [name, value] of Object.entries(PRESETS[select.value] ?? {})) {
      $(`#node-config-input-${name}`).val(String(value)).trigger('change');
    }
  });
}
