/** Signing in and out as an officer, and who it is. */
import { account, accountSession, rememberedAccount } from './account'
import { anyone, officerTokens, ok } from './client'
import type { Account } from './types'

export interface Credentials {
  username: string
  password: string
  totp?: string
}

export async function signIn(credentials: Credentials): Promise<Account> {
  const session = await ok(anyone.POST('/api/v1/sessions', { body: credentials }))
  rememberedAccount.value = session.account.username
  accountSession.value = session.account
  officerTokens.set(session)
  return session.account
}

/** The account is gone from this device at once, even when the server cannot be told just now. */
export async function signOut(): Promise<void> {
  const told = ok(anyone.DELETE('/api/v1/sessions')).catch(() => undefined)
  officerTokens.drop()
  accountSession.value = undefined
  rememberedAccount.value = ''
  await told
}

/** Who is signed in; asks the server after a reload. Undefined when nobody is, or the server was not reached. */
export async function knownAccount(): Promise<Account | undefined> {
  if (!account.value && rememberedAccount.value) await officerTokens.get().catch(() => undefined)
  return account.value
}
