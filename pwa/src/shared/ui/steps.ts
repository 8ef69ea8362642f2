import { Problem } from '../problem'
import type { Load } from './load'
import { t } from './messages'
import { toast } from './toast'

/** A step of the record on the screen: what the server answers takes its place; where somebody was quicker, it is read anew. */
export async function takeStep<T>(record: Load<T>, step: Promise<T>): Promise<void> {
  try {
    record.data.value = await step
    toast(t('stepDone'))
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
    toast(t('stepElsewhere'), 'info')
    await record.reload()
  }
}
