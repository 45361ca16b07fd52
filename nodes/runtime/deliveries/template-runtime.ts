/** A compiled template inside Node-RED: evaluates the rows of Node-RED's own types, renders, and puts the request into the message. */
import { randomId } from '../../../src/clock';
import { type Problem, UserError } from '../../../src/errors';
import type { TelephonyEvent } from '../../../src/event/telephony-event';
import { saidBy } from '../../../src/sentence';
import { inField } from '../../../src/sentences/template';
import { vocabulary } from '../../../src/sources/http-push/vocabularies';
import { type CompiledTemplate, compileTemplate } from '../../../src/template/compile-template';
import { renderTemplate } from '../../../src/template/render-template';
import type { WebhookTemplateConfig } from '../../telephony-webhook-template/config';
import { type EndpointNode, findEndpoint } from '../config-nodes';
import { eventOf } from '../message';
import { evaluate, evaluationProblem, type Message, type Red, type RedNode } from '../red';

/** `msg.webhook`: by which template a message was rendered, and the nonce of its secret placeholders. */
export interface WebhookMark {
  readonly template: string;
  readonly name: string;
  readonly nonce: string;
  /** The endpoint to whose base URL the path was joined; another one's `webhook out` moves it to its own. */
  readonly endpoint?: string;
}

export class TemplateRuntime {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  private compiled: CompiledTemplate;
  private endpoints: readonly EndpointNode['endpoint'][];
  /** Of the first of them. */
  private endpointId = '';
  private last: Promise<void> = Promise.resolve();

  /** `endpointIds`: of those that requests may go to; a path is below the first. */
  constructor(
    private readonly red: Red,
    private readonly node: RedNode,
    private readonly config: WebhookTemplateConfig,
    private readonly secrets: Readonly<Record<string, string>>,
    private readonly endpointIds: () => readonly string[],
  ) {
    this.endpoints = this.findEndpoints();
    this.compiled = this.compile();
    const ofRows = this.compiled.typedRows.flatMap(({ field, type, value }): Problem[] => {
      const problem = evaluationProblem(red, node, type, value);
      return problem === undefined ? [] : [{ field, ...problem }];
    });
    this.problems = [...this.compiled.problems, ...ofRows];
    this.warnings = this.compiled.warnings;
  }

  private compile(): CompiledTemplate {
    const { config, secrets, endpoints } = this;
    const baseUrl = endpoints[0]?.config.baseUrl;
    return compileTemplate(config, {
      vocabulary: vocabulary(config.names),
      secrets,
      endpointSecretNames: endpoints.flatMap((endpoint) => Object.keys(endpoint.secrets)),
      ...(baseUrl ? { baseUrl } : {}),
    });
  }

  /** For after a deploy: one of modified nodes only leaves the template as it is, but may change the endpoint behind it. */
  followEndpoint(): void {
    const before = this.endpoints;
    this.endpoints = this.findEndpoints();
    const isSame = before.length === this.endpoints.length && before.every((one, n) => one === this.endpoints[n]);
    if (!isSame) this.compiled = this.compile();
  }

  private findEndpoints(): readonly EndpointNode['endpoint'][] {
    const ids = this.endpointIds();
    this.endpointId = ids[0] ?? '';
    return ids.flatMap((id) => findEndpoint(this.red, id)?.endpoint ?? []);
  }

  /** The origin typed into the URL. Undefined: the URL is a path, or empty. */
  get typedOrigin(): string | undefined {
    return this.compiled.origin;
  }

  /** Sets method, url, headers and payload of the message. Throws a UserError that names the field. */
  render(message: Message): Promise<void> {
    if (this.compiled.typedRows.length === 0) return this.renderWith(message, []);
    // One after another: a JSONata expression that takes longer must not let the next event of its call pass.
    const rendered = this.last.then(() => this.renderTyped(message));
    this.last = rendered.catch(() => undefined);
    return rendered;
  }

  private async renderTyped(message: Message): Promise<void> {
    const typed: unknown[] = [];
    for (const row of this.compiled.typedRows) {
      try {
        typed.push(await evaluate(this.red, this.node, row.type, row.value, message));
      } catch (cause) {
        throw new UserError('template', inField({ field: row.field, ...saidBy(cause) }), { field: row.field, cause });
      }
    }
    await this.renderWith(message, typed);
  }

  private async renderWith(message: Message, typed: readonly unknown[]): Promise<void> {
    const nonce = randomId('').slice(0, 12);
    const rendered = renderTemplate(this.compiled, {
      event: eventOf(message) as unknown as TelephonyEvent | null,
      message,
      typed,
      nonce,
      webhookName: this.config.name,
    });
    if (!rendered.ok) throw new UserError('template', inField(rendered), { field: rendered.field });
    const { method, url, headers, body } = rendered.request;
    message['method'] = method;
    message['url'] = url;
    message['headers'] = headers;
    if (body === undefined) delete (message as { payload?: unknown }).payload;
    else message.payload = body;
    const mark: WebhookMark = { template: this.node.id, name: this.config.name, nonce };
    const isBelow = this.endpointId !== '' && this.compiled.origin === undefined;
    message['webhook'] = isBelow ? { ...mark, endpoint: this.endpointId } : mark;
  }
}
