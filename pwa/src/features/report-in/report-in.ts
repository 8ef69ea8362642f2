/** Where a migrant reports in, by the code on a unit's poster. The page knows nobody and asks nothing. */
import { anyone, ok } from '@/api/client'
import type { ReportIn } from '@/api/types'
import { fromDigits } from '@/shared/codes/digits'
import { Problem } from '@/shared/problem'

/** Undefined where the code names no unit: read badly, or not from a poster of ours. */
export async function readReportIn(code: string): Promise<ReportIn | undefined> {
  if (!fromDigits(code)?.length) return undefined
  try {
    return await ok(anyone.GET('/api/v1/report-in/{code}', { params: { path: { code } } }))
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined
    throw error
  }
}
