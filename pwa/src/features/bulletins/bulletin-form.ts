/** Writing a bulletin, alone or beside a colleague. */
import { computed, nextTick, reactive, ref } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { unitsFor } from '@/api/roles'
import type { BulletinKind } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { newId } from '@/shared/ids'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export interface BulletinDraft {
  unitId: string
  kind: BulletinKind
  title: string
  body: string
  audience: UnitChoice[]
}

/** Those whom the server takes where none is named. */
export function audienceOf({ unitId, audience }: Pick<BulletinDraft, 'unitId' | 'audience'>): string[] {
  return audience.length > 0 ? audience.map(({ id }) => id) : [unitId]
}

export function useBulletinForm(id: string | undefined, done: (id: string) => void) {
  const units = computed(() => unitsFor(account.value, 'doWork'))
  const draft = reactive<BulletinDraft>({
    unitId: units.value[0]?.id ?? '',
    kind: 'bulletin',
    title: '',
    body: '',
    audience: [],
  })
  const version = ref(0)
  const tried = ref(false)
  const key = newId(Date.now())

  const original = useLoad(async () => {
    if (!id) return null
    const found = await ok(officer.GET('/api/v1/bulletins/{id}', { params: { path: { id } } }))
    version.value = found.version
    const whole = found.audience.length === 1 && found.audience[0]?.id === found.unit.id
    Object.assign(draft, {
      unitId: found.unit.id,
      kind: found.kind,
      title: found.title,
      body: found.body ?? '',
      audience: whole ? [] : found.audience.map(unitChoice),
    })
    return found
  })

  const save = useAction(async () => {
    const { unitId, kind, title, body } = draft
    const written = { kind, title: title.trim(), body, audience: audienceOf(draft) }
    if (!id) {
      const params = { header: { 'Idempotency-Key': key } }
      const made = await ok(
        officer.POST('/api/v1/bulletins', { params, body: { unit_id: unitId, ...written } }),
      )
      toast(t('saved'))
      return done(made.id)
    }
    const params = { path: { id }, header: { 'If-Match': `"${version.value}"` } }
    await ok(officer.PATCH('/api/v1/bulletins/{id}', { params, body: written }))
    toast(t('saved'))
    done(id)
  })
  const changed = computed(() => save.error.value instanceof Problem && save.error.value.code === 'changed')

  const missing = (text: string) => (tried.value && !text.trim() ? t('missing') : undefined)
  const fault = (pointer: '/title' | '/body' | '/audience' | '/unit_id') =>
    (pointer === '/title' && missing(draft.title)) ||
    (pointer === '/body' && missing(draft.body)) ||
    fieldText(save.error.value, pointer)

  async function submit(): Promise<void> {
    tried.value = true
    if (draft.title.trim() && draft.body.trim() && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }

  /** The server's own HTML: there is no second opinion of what Markdown means. */
  const html = ref('')
  const preview = useAction(async () => {
    html.value = ''
    if (!draft.body.trim()) return
    html.value = (await ok(officer.POST('/api/v1/bulletins/preview', { body: { body: draft.body } }))).html
  })
  return { units, draft, original, save, changed, fault, submit, html, preview }
}
