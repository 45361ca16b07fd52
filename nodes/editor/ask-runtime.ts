/** Asks the runtime, by the admin API, about what is being edited. */
import { type Sentence, sentenceOf } from '../../src/sentence';

/** The runtime said no. */
class Refusal extends Error {
  constructor(readonly sentence: Sentence) {
    super(sentence.message);
  }
}

/** Resolves with the answer; rejects with the reason, for `saidBy`: the runtime's, else `unavailable`. */
export function askRuntime<Answer>(path: string, question: object, unavailable: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({
      url: `telephony-webhooks/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(question),
    }).then(
      (answer: Answer) => resolve(answer),
      ({ responseJSON: told }: { responseJSON?: Sentence }) =>
        reject(new Refusal(told?.message ? sentenceOf(told) : { message: unavailable })),
    );
  });
}
