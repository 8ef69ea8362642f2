/**
 * The last good answer to each of the member's questions, for the day without network. It goes with the binding of the
 * phone.
 */
import { table } from '@/shared/db'
import { mayRetry } from '@/shared/problem'

const answers = table<unknown>('last-answers')

export interface LastAnswer<T> {
  answer: T
  /** The server was not reached: this is what it said before. */
  kept: boolean
}

/** Asks, and keeps the answer; without network the answer before. A refusal is thrown. */
export async function lastAnswer<T>(name: string, ask: () => Promise<T>): Promise<LastAnswer<T>> {
  try {
    const answer = await ask()
    // A browser that refuses storage only loses the day without network.
    await answers.put(name, answer).catch(() => undefined)
    return { answer, kept: false }
  } catch (error) {
    const before = mayRetry(error) ? await answers.get(name).catch(() => undefined) : undefined
    if (before === undefined) throw error
    return { answer: before as T, kept: true }
  }
}

export const forgetAnswers = (): Promise<void> => answers.clear().catch(() => undefined)
