/** Asks the runtime, by the admin API, about what is being edited. */

/** Resolves with the answer; rejects with the reason as a sentence: the runtime's, else `unavailable`. */
export function askRuntime<Answer>(path: string, question: object, unavailable: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({
      url: `telephony-webhooks/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(question),
    }).then(
      (answer: Answer) => resolve(answer),
      (failure: { responseJSON?: { message?: string } }) =>
        reject(new Error(failure.responseJSON?.message ?? unavailable)),
    );
  });
}
