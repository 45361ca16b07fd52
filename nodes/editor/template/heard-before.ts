/** What a template hears, by the wires in the editor. */
import { nodesBefore } from '../wiring';
import { type Heard, heardBy, type Told } from './reach';

/** Tells what is heard before a template, at once and again when it is known what each provider tells. */
export function heardBefore(id: string, tell: (heard: readonly Heard[]) => void): void {
  const sourceOf = ({ source }: EditorNode): EditorNode | null =>
    (typeof source === 'string' && source !== '' && RED.nodes.node(source)) || null;
  const eventIns = nodesBefore(id).filter(({ type }) => type === 'telephony-event-in');
  const heard = (told: Told): void => tell(eventIns.map((node) => heardBy(node, sourceOf(node), told)));
  heard({});
  // Without an answer, nothing is said of what a provider does not tell.
  if (eventIns.length > 0) $.ajax({ url: 'telephony-webhooks/told-parameters', dataType: 'json' }).then(heard);
}
