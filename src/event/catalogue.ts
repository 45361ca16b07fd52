/**
 * The catalogue: which events there are and which parameters they carry. The one place that panels, help, previews and
 * checks ask. Also bundled into the editor panels, so nothing here may need Node.
 */
import { type EventType, eventTypes } from './catalogue-events';
import { type ParameterGroup, type ParameterRow, parametersByGroup } from './catalogue-parameters';

export { type EventType, eventTypes } from './catalogue-events';
export type { ParameterGroup, ParameterType } from './catalogue-parameters';

export interface Parameter extends ParameterRow {
  readonly group: ParameterGroup;
}

export interface Group {
  readonly name: ParameterGroup;
  readonly title: string;
}

/** The groups of parameters, in the order in which panels show them. */
export const groups: readonly Group[] = [
  { name: 'common', title: 'Event' },
  { name: 'call', title: 'Call' },
  { name: 'party', title: 'Who' },
  { name: 'time', title: 'When' },
  { name: 'route', title: 'Way through the phone system' },
  { name: 'end', title: 'Result' },
  { name: 'recording', title: 'Recording' },
  { name: 'cost', title: 'Cost' },
  { name: 'tracking', title: 'Call tracking' },
  { name: 'evaluation', title: 'Evaluation' },
  { name: 'campaign', title: 'Campaign and robot' },
  { name: 'auth', title: 'Confirmation call' },
  { name: 'message', title: 'Message' },
  { name: 'agent', title: 'Agent and phone' },
  { name: 'custom', title: 'Own fields' },
  { name: 'source', title: 'Source' },
  { name: 'delivery', title: 'Delivery' },
];

/** Every parameter, group by group in display order. */
export const parameters: readonly Parameter[] = groups.flatMap(({ name: group }) =>
  parametersByGroup[group].map((row: ParameterRow) => ({ ...row, group })),
);

const typesByName = new Map(eventTypes.map((event) => [event.type, event]));
const parametersByName = new Map(parameters.map((parameter) => [parameter.name, parameter]));

/** Undefined: there is no such type of event. */
export function findEventType(type: string): EventType | undefined {
  return typesByName.get(type);
}

/** Undefined: the catalogue has no such parameter. */
export function findParameter(name: string): Parameter | undefined {
  return parametersByName.get(name);
}

/** No event has these: they come into being with the request, whatever the event. */
function carries(event: EventType, group: ParameterGroup): boolean {
  return group === 'delivery' || event.groups.includes(group);
}

/**
 * What a request about such an event can hold, in display order: the parameters of the event's groups, then those of its
 * delivery. Empty for a type that the catalogue does not have.
 */
export function parametersOf(type: string): readonly Parameter[] {
  const event = findEventType(type);
  return event === undefined ? [] : parameters.filter(({ group }) => carries(event, group));
}

/** The types of event that carry a parameter. Empty for a name that the catalogue does not have. */
export function eventsWith(parameterName: string): readonly EventType[] {
  const parameter = findParameter(parameterName);
  return parameter === undefined ? [] : eventTypes.filter((event) => carries(event, parameter.group));
}
