/** What can go wrong between us and the server: it refused (Problem), or it was not reached (Unreachable). */

export interface FieldError {
  /** JSON pointer into the body that was sent, such as `/person/phone`. */
  pointer: string
  code: string
  detail: string
}

/** Begins the code of a refusal that is not our server's: a proxy, or the sign-in page of a guest network, has answered. */
const NOT_OURS = 'http_'

/** An answer of `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem'
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: FieldError[] = [],
    /** Seconds to wait before trying again, when the server names them. */
    readonly retryAfter?: number,
  ) {
    super(detail)
  }

  /** What is wrong with one field of the form. */
  field(pointer: string): FieldError | undefined {
    return this.errors.find((error) => error.pointer === pointer)
  }

  /** The same request may succeed later; nothing was decided. */
  get temporary(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408 || this.code.startsWith(NOT_OURS)
  }
}

/** No answer: no network, or it took too long. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** True when trying again later makes sense: nobody has decided anything. */
export function mayRetry(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Problem && error.temporary)
}

export function problemFrom(body: unknown, response: Response): Problem {
  const { code, detail, title, errors } = isObject(body) ? body : {}
  const wait = Number(response.headers.get('retry-after'))
  return new Problem(
    response.status,
    typeof code === 'string' ? code : `${NOT_OURS}${response.status}`,
    [detail, title, response.statusText].find((text) => typeof text === 'string' && text) as string,
    Array.isArray(errors) ? (errors as FieldError[]) : [],
    wait > 0 ? wait : undefined,
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
