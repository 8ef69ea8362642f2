/** Bulletins on this phone, for the day without network: the last that were listed or opened. They go with the binding. */
import { table } from '@/shared/db'
import type { Bulletin } from './types'

/** As many are kept. */
export const KEPT = 30

export interface KeptBulletin {
  bulletin: Bulletin
  /** When it was listed or opened last. */
  at: number
}

const rows = table<KeptBulletin>('bulletins')

/** Keeps a bulletin; those that nobody has seen for longest go. A phone without storage only loses the day without network. */
export async function keepBulletin(bulletin: Bulletin, at: number): Promise<void> {
  try {
    await rows.put(bulletin.id, { bulletin, at })
    const all = (await rows.all()).sort((a, b) => b.at - a.at)
    for (const { bulletin: old } of all.slice(KEPT)) await rows.delete(old.id)
  } catch {
    // See above.
  }
}

export const keptBulletin = async (id: string): Promise<Bulletin | undefined> =>
  (await rows.get(id).catch(() => undefined))?.bulletin

/** The newest first. */
export async function keptBulletins(): Promise<Bulletin[]> {
  const all = await rows.all().catch(() => [])
  const date = ({ bulletin }: KeptBulletin) => bulletin.published_at ?? ''
  return all.sort((a, b) => date(b).localeCompare(date(a))).map(({ bulletin }) => bulletin)
}

export const dropBulletin = (id: string): Promise<void> => rows.delete(id).catch(() => undefined)

export const forgetBulletins = (): Promise<void> => rows.clear().catch(() => undefined)
