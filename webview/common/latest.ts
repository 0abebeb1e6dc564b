/** Questions that come faster than answers. */

/**
 * Asks one question at a time: while an answer is awaited only the newest further question is kept, and the answer
 * to a question that was since dropped is not told.
 */
export class Latest<Question, Answer> {
  private controller: AbortController | undefined;
  private waiting: { readonly question: Question } | undefined;

  constructor(
    private readonly request: (question: Question, signal: AbortSignal) => Promise<Answer>,
    private readonly tell: (answer: Answer, question: Question) => void,
    private readonly fail: (error: unknown) => void,
  ) {}

  ask(question: Question): void {
    if (this.controller !== undefined) {
      this.waiting = { question };
      return;
    }
    void this.run(question);
  }

  /** Drops what was asked. */
  cancel(): void {
    this.waiting = undefined;
    this.controller?.abort();
    this.controller = undefined;
  }

  private async run(question: Question): Promise<void> {
    const controller = new AbortController();
    this.controller = controller;
    try {
      const answer = await this.request(question, controller.signal);
      if (this.controller === controller) {
        this.tell(answer, question);
      }
    } catch (error) {
      if (this.controller === controller) {
        this.fail(error);
      }
    } finally {
      if (this.controller === controller) {
        this.controller = undefined;
        const next = this.waiting;
        this.waiting = undefined;
        if (next !== undefined) {
          this.ask(next.question);
        }
      }
    }
  }
}
