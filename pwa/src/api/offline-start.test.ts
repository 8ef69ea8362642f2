import { expect, test, vi } from 'vitest'
import { accountSession, rememberedAccount } from './account'
import { startOfflineWork } from './offline-start'
import { wipeAllPacks } from './offline-pack'
import { forgetNames, startSending } from './offline-scans'
import type { Account } from './types'

vi.mock('./offline-pack', () => ({ sweepPacks: vi.fn(), wipeAllPacks: vi.fn() }))
vi.mock('./offline-scans', () => ({ forgetNames: vi.fn(), startSending: vi.fn() }))

test('what waits is sent by whoever signs in; whoever signs out leaves no pack and no names', async () => {
  await startOfflineWork()
  expect(startSending).not.toHaveBeenCalled()
  rememberedAccount.value = 'secretary'
  expect(startSending).toHaveBeenCalledOnce()
  expect(wipeAllPacks).not.toHaveBeenCalled()

  rememberedAccount.value = ''
  await vi.waitFor(() => expect(forgetNames).toHaveBeenCalledOnce())
  expect(wipeAllPacks).toHaveBeenCalledOnce()
})

test('another account on the same phone gets nothing of the one before', async () => {
  rememberedAccount.value = 'one'
  vi.mocked(wipeAllPacks).mockClear()
  rememberedAccount.value = 'two'
  expect(wipeAllPacks).toHaveBeenCalledOnce()
})

test('who is signed in is known after a reload, without asking', async () => {
  rememberedAccount.value = 'secretary'
  accountSession.value = { id: 'a', username: 'secretary', assignments: [] } as unknown as Account
  vi.resetModules()
  expect((await import('./account')).account.value?.username).toBe('secretary')
  accountSession.value = undefined
  vi.resetModules()
  expect((await import('./account')).account.value).toBeUndefined()
})
