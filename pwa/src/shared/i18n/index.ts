/**
 * Words. Each feature keeps its own in `messages.ts` and makes its own typed `t`:
 *
 *     export const t = messages({ zh: { hello: '你好，{name}' }, en: { hello: 'Hello, {name}' } })
 *     t('hello', { name })
 *
 * The Chinese dictionary decides which keys and which {parameters} there are; the compiler holds the English one
 * and every call to it. Reading `t` inside a template follows a change of language by itself.
 */
import { ref, watch } from 'vue'
import { setting } from '../settings-store'

export type Locale = 'zh' | 'en'

const chosen = setting<Locale | 'system'>('language', 'system')

function systemLocale(): Locale {
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

const resolve = (choice: Locale | 'system') => (choice === 'system' ? systemLocale() : choice)

/** The language in use. */
export const locale = ref<Locale>(resolve(chosen.value))
/** What the person chose; `system` follows the phone. */
export const languageChoice = chosen

watch(chosen, (choice) => (locale.value = resolve(choice)), { flush: 'sync' })

/** The tag for `lang` attributes and Intl. */
export const languageTag = () => (locale.value === 'zh' ? 'zh-CN' : 'en-GB')

export function setLocale(choice: Locale | 'system'): void {
  chosen.value = choice
}

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type Values<Text extends string> = { [K in Names<Text>]: string | number }
type Rest<Text extends string> = [Names<Text>] extends [never] ? [] : [values: Values<Text>]
type SameKeys<Zh, En> = { [K in keyof Zh]: string } & { [K in Exclude<keyof En, keyof Zh>]: never }

export interface Translate<Zh extends Record<string, string>> {
  <K extends keyof Zh & string>(key: K, ...rest: Rest<Zh[K]>): string
  /** For keys that come from the server, such as a verdict. */
  has(key: string): key is keyof Zh & string
}

export function messages<
  const Zh extends Record<string, string>,
  const En extends SameKeys<Zh, En>,
>(dictionary: { zh: Zh; en: En }): Translate<Zh> {
  const translate = (key: string, values: Record<string, string | number> = {}) => {
    const text = (dictionary[locale.value] as Record<string, string>)[key] ?? key
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
  }
  const has = (key: string) => Object.hasOwn(dictionary.zh, key)
  return Object.assign(translate, { has }) as unknown as Translate<Zh>
}
