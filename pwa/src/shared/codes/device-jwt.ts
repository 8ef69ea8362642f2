/** The short tokens that a bound phone signs: to sign in, and to prove when and what it scanned. */
import { ascii, concat, toBase64Url } from './bytes'
import { sign } from './p256'

export interface DeviceIdentity {
  deviceId: string
  privateKey: CryptoKey
}

type TokenType = 'session+jwt' | 'check-in+jwt'

async function signToken(
  device: DeviceIdentity,
  typ: TokenType,
  claims: Record<string, unknown>,
): Promise<string> {
  const part = (value: unknown) => toBase64Url(ascii(JSON.stringify(value)))
  const head = `${part({ alg: 'ES256', typ, kid: device.deviceId })}.${part(claims)}`
  const signature = await sign(device.privateKey, concat(ascii(head)))
  return `${head}.${toBase64Url(signature)}`
}

/** For POST /sessions/device; good for one minute and once. */
export async function sessionAssertion(
  device: DeviceIdentity,
  audience: string,
  nowMs: number,
): Promise<string> {
  const iat = Math.floor(nowMs / 1000)
  return signToken(device, 'session+jwt', { aud: audience, iat, exp: iat + 60, jti: crypto.randomUUID() })
}

export interface ScanClaims {
  /** The check-in's own id. */
  id: string
  event: string
  /** The digits scanned. */
  code: string
  scannedAtMs: number
}

/** The `proof` of a check-in: this phone held this code at this time, whenever it is sent. */
export async function checkInProof(device: DeviceIdentity, scan: ScanClaims): Promise<string> {
  return signToken(device, 'check-in+jwt', {
    jti: scan.id,
    event: scan.event,
    code: scan.code,
    iat: Math.floor(scan.scannedAtMs / 1000),
  })
}
