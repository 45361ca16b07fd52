/** The node `telephony-webhook-template`: event → request. Compiled once at deploy. */
import type { NodeDef } from 'node-red';
import { systemClock } from '../../src/clock';
import { UserError } from '../../src/errors';
import { delivering } from '../../src/sentences/delivering';
import { inField } from '../../src/sentences/template';
import { parseSecrets, type TemplateNode } from '../runtime/config-nodes';
import { TemplateRuntime } from '../runtime/deliveries/template-runtime';
import { logUnrendered } from '../runtime/deliveries/unrendered';
import { onFlows } from '../runtime/flow-moments';
import { endpointsBehind } from '../runtime/flow-wires';
import {
  asError,
  inShort,
  type Message,
  onClose,
  onInput,
  type Red,
  type RedNode,
  reportProblem,
  StatusLine,
} from '../runtime/red';
import { clockTime, saying } from '../runtime/status-text';
import { parseConfig } from './config';

interface Credentials {
  secrets?: string;
}

export = (red: Red): void => {
  function Template(this: RedNode<Credentials> & { template?: TemplateNode['template'] }, saved: NodeDef): void {
    red.nodes.createNode(this, saved);
    const { config, problems } = parseConfig(saved);
    let secrets: Record<string, string> = {};
    try {
      secrets = parseSecrets(this.credentials?.secrets);
    } catch {
      problems.push({ field: 'secrets', ...delivering('secrets-stored') });
    }
    const runtime = new TemplateRuntime(red, this, config, secrets, () => endpointsBehind(red, this));
    const problem = problems[0] ?? runtime.problems[0];
    const status = new StatusLine(this, systemClock);
    const say = saying(red, 'telephony-webhook-template.status');
    if (problem) reportProblem(red, this, { field: problem.field, ...inField(problem) });
    for (const warning of runtime.warnings) this.warn(`${warning.field}: ${warning.message}`);

    const label = red._('telephony-webhook-template.label');
    this.template = {
      label,
      secrets,
      typedOrigin: runtime.typedOrigin,
      render: (message) => runtime.render(message),
      sendAgain: async (message) => {
        await runtime.render(message);
        this.send(message);
      },
    };
    onInput(this, async (message: Message, send) => {
      try {
        if (problem) throw new UserError('template', inField(problem), { field: problem.field });
        await runtime.render(message);
      } catch (error) {
        // The log must not hide why the template failed.
        await logUnrendered(red, this, label, message, error).catch((reason: unknown) =>
          this.warn(asError(reason).message),
        );
        const wrong = error instanceof UserError ? error : {};
        status.show(() => ({ fill: 'red', shape: 'dot', text: inShort(red, wrong) }));
        throw error;
      }
      const atMs = systemClock.now();
      status.show(() => ({ fill: 'green', shape: 'dot', text: say('rendered', { time: clockTime(atMs) }) }));
      send([message]);
    });
    const stopListening = onFlows(red, { started: () => runtime.followEndpoint() });
    onClose(this, (_removed) => {
      stopListening();
      status.close();
    });
  }
  red.nodes.registerType('telephony-webhook-template', Template as never, {
    credentials: { secrets: { type: 'password' } },
  });
};
