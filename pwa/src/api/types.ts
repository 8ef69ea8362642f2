/** The names by which the screens know the API's records, out of the server's own document. */
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Account = Schemas['Account']
export type AccountSession = Schemas['AccountSession']
export type Activation = Schemas['Activated']
export type Assignment = Schemas['AssignmentView']
export type AttendanceItem = Schemas['AttendanceItem']
export type AttendancePage = Schemas['RecordPage']
export type Card = Schemas['Card']
export type CardAction = Schemas['CardAct']
export type CardHistoryEntry = Schemas['CardStep']
export type CardRef = Schemas['CardRef']
export type CardStatus = Schemas['CardStatus']
export type CardVerdict = Schemas['CardVerdict']
export type CheckIn = Schemas['CheckIn']
export type CheckInAnswer = Schemas['CheckInAnswer']
export type CheckInItem = Schemas['Item']
export type CheckInVerdict = Schemas['CheckInVerdict']
export type Contact = Schemas['Contact']
export type ContactAttempt = Schemas['ContactAttempt']
export type Counts = Schemas['Counts']
export type Credential = Schemas['Credential']
export type Device = Schemas['BoundPhone']
export type Event = Schemas['Event']
export type EventCodeWindow = Schemas['ScreenCode']
export type EventInput = Schemas['NewEvent']
export type EventKind = Schemas['EventKind']
export type FlowReason = Schemas['FlowReason']
export type HistoryEntry = Schemas['HistoryItem']
export type IssuedCard = Schemas['IssuedCard']
export type LogEntry = Schemas['AccessLogEntry']
export type Me = Schemas['Me']
export type Member = Schemas['Member']
export type MemberRef = Schemas['MemberRef']
export type Membership = Schemas['Membership']
export type Method = Schemas['EntryMethod']
export type OneTimeLink = Schemas['OneTimeLink']
export type Outcome = Schemas['Outcome']
export type Overview = Schemas['Overview']
export type OwnAttendance = Schemas['RecordRow']
export type OwnEvent = Schemas['ComingEvent']
export type Registration = Schemas['Registration']
export type RegistrationAction = Schemas['Action']
export type RegistrationInput = Schemas['Filing']
export type RegistrationStatus = Schemas['Status']
export type RecordedOutcome = Schemas['Settled']
export type RejectReason = Schemas['RejectReason']
export type Role = Schemas['Role']
export type StatusCheck = Schemas['StatusCheck']
export type Unit = Schemas['Unit']
export type UnitInput = Schemas['NewUnit']
export type UnitKind = Schemas['UnitKind']
export type UnitRef = Schemas['UnitRef']
export type Verification = Schemas['Verification']

/** Through whom a record came. */
export interface By {
  kind: 'member_phone' | 'officer'
  account: string | null
  /** The name that a staff phone gives itself. */
  station: string | null
}

/** How and when something was recorded, whether it stands or disagrees. */
export interface Recorded {
  method: Method
  occurred_at: string
  recorded_at: string
  late: boolean
  weak: boolean
  by: By
}

export interface Conflict extends Recorded {
  id: string
  member: MemberRef
  note: string | null
  standing: Recorded & { outcome: Outcome; reason: string | null }
}

/** A scan as it arrived, whatever became of it. */
export interface Attempt extends Recorded {
  id: string
  member: MemberRef | null
  verdict: CheckInVerdict
  reason: RejectReason | null
  note: string | null
}

/**
 * The document's paths, and with them what the server reads but the document leaves out: the query of most lists, and
 * the two headers of a change. To be dropped for `paths` itself once the document names them.
 */
export type Api = {
  [Path in keyof paths]: {
    [Method in keyof paths[Path]]: Method extends 'get'
      ? Path extends keyof UnsaidQueries
        ? With<paths[Path][Method], { query?: UnsaidQueries[Path] }>
        : paths[Path][Method]
      : With<paths[Path][Method], { header?: ChangeHeaders }>
  }
} & Coming

interface Coming {
  '/api/v1/events/{id}/attempts': {
    get: {
      parameters: { path: { id: string }; query?: { verdict?: string; limit?: number; cursor?: string } }
      responses: {
        200: { content: { 'application/json': { items: Attempt[]; next_cursor?: string | null } } }
      }
    }
  }
  '/api/v1/check-ins/{id}/settle': {
    post: {
      parameters: { path: { id: string } }
      requestBody: { content: { 'application/json': { keep: 'scan' | 'entry' } } }
      responses: { 200: { content: { 'application/json': AttendanceItem } } }
    }
  }
}

type With<Operation, Extra> = Operation extends { parameters: infer Known }
  ? Omit<Operation, 'parameters'> & { parameters: Omit<Known, keyof Extra> & Extra }
  : Operation

interface ChangeHeaders {
  'If-Match'?: string
  'Idempotency-Key'?: string
}

interface PageQuery {
  limit?: number
  cursor?: string
}

interface UnsaidQueries {
  '/api/v1/accounts': PageQuery & { unit_id?: string; q?: string }
  '/api/v1/events': PageQuery & { unit_id?: string; from?: string; to?: string; state?: Schemas['State'] }
  '/api/v1/events/{id}/code': { count?: number; printed?: boolean }
  '/api/v1/me/attendance': PageQuery
  '/api/v1/me/events': PageQuery
  '/api/v1/members/{id}/attendance': PageQuery
  '/api/v1/registrations': PageQuery & {
    /** States by commas. */
    status?: string
    home?: string
    host?: string
    q?: string
    silent_since?: string
  }
  '/api/v1/units': PageQuery & { kind?: UnitKind; parent_id?: string; q?: string; mine?: boolean }
}
