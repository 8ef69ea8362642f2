/**
 * Access tokens: in memory only, renewed shortly before they end. One renewal at a time, however many requests
 * wait for it.
 */
export interface Grant {
  access_token: string
  /** Seconds. */
  expires_in: number
}

export interface TokenSource {
  /** A token that is good now, or undefined when there is no one signed in. */
  get(): Promise<string | undefined>
  set(grant: Grant): void
  /** The server did not accept it. */
  drop(): void
}

const MARGIN_MS = 30_000

/** `renew` answers undefined when nobody is signed in any more, and throws when the server was not reached. */
export function tokenSource(renew: () => Promise<Grant | undefined>): TokenSource {
  let token: string | undefined
  let goodUntil = 0
  let renewal: Promise<string | undefined> | undefined

  const source: TokenSource = {
    async get() {
      if (token !== undefined && Date.now() < goodUntil) return token
      renewal ??= renew()
        .then((grant) => {
          if (grant) source.set(grant)
          else source.drop()
          return grant?.access_token
        })
        .finally(() => (renewal = undefined))
      return renewal
    },
    set(grant) {
      token = grant.access_token
      goodUntil = Date.now() + grant.expires_in * 1000 - MARGIN_MS
    },
    drop() {
      token = undefined
      goodUntil = 0
    },
  }
  return source
}
